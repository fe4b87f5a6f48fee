import { describe, expect, it } from 'vitest';
import { runCommand, useFakeApi } from '../../../test/support/command-line.ts';
import type { FakeRequest } from '../../../test/support/fake-api.ts';

const pod = (name: string, phase: string, uid = name) => ({
  metadata: { namespace: 'default', name, uid, resourceVersion: phase.length },
  status: { phase },
});
const PAST: Readonly<Record<string, readonly object[]>> = {
  10: [pod('a', 'Running'), pod('b', 'Pending'), pod('c', 'Running'), pod('e', 'Running', 'old')],
  20: [pod('b', 'Running'), pod('c', 'Running'), pod('d', 'Pending'), pod('e', 'Running', 'new')],
};
const answers: Readonly<Record<string, object>> = {
  '/apis': { groups: [] },
  '/api/v1': {
    groupVersion: 'v1',
    resources: [
      { name: 'pods', kind: 'Pod', verbs: ['list'] },
      { name: 'pods/status', kind: 'Pod', verbs: ['get'] },
      { name: 'events', kind: 'Event', verbs: ['list'] },
      { name: 'secrets', kind: 'Secret', verbs: ['list'] },
    ],
  },
  '/api/v1/namespaces': { metadata: { resourceVersion: '20' }, items: [] },
};

const secret = (password: string, annotations?: object) => ({
  metadata: { namespace: 'default', name: 's', uid: 's', ...(annotations === undefined ? {} : { annotations }) },
  type: password === 'hush-1' ? 'Opaque' : 'other',
  data: { password },
});
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const SECRETS: Readonly<Record<string, readonly object[]>> = {
  10: [secret('hush-1')],
  20: [secret('hush-2', { [APPLIED]: 'hush-2' })],
  30: [secret('hush-3', { [APPLIED]: 'hush-3' })],
};

/** Pages of two. */
function list({ url }: FakeRequest): object {
  const { searchParams } = url;
  const from = searchParams.get('continue') ?? searchParams.get('resourceVersion') ?? '';
  const [revision = '', start = '0'] = from.split('/');
  const at = Number(start);
  const all = (url.pathname === '/api/v1/secrets' ? SECRETS : PAST)[revision] ?? [];
  const next = at + 2 < all.length ? { continue: `${revision}/${at + 2}` } : {};
  return { metadata: { resourceVersion: revision, ...next }, items: all.slice(at, at + 2) };
}
const { run } = useFakeApi((request) => {
  const { pathname } = request.url;
  const isList = ['/api/v1/pods', '/api/v1/events', '/api/v1/secrets'].includes(pathname);
  const body = isList ? list(request) : answers[pathname];
  return body === undefined ? undefined : { body };
});

describe('diff', () => {
  it('tells what came, went, changed and was replaced', async () => {
    const { code, stdout } = await run('diff', '--from', '10');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      ...['KIND NAME CHANGE FIELDS', 'Pod default/a removed', 'Pod default/b changed status.phase'],
      ...[
        'Pod default/d added',
        'Pod default/e replaced',
        'Secret default/s changed metadata.annotations, type, data.password',
        '',
      ],
    ]);
  });

  it('has the values for programs', async () => {
    const { stdout } = await run('diff', '--from', '10', '--to', '20', '--kind', 'pods', '-o', 'json');
    expect(JSON.parse(stdout).changes[1]).toEqual({
      ...{ apiVersion: 'v1', kind: 'Pod', change: 'changed', namespace: 'default', name: 'b' },
      fields: [{ path: 'status.phase', from: 'Pending', to: 'Running' }],
    });
  });

  it.each([
    ['10', '20'],
    ['20', '30'],
  ])('tells no value of a Secret that was not asked for (%s to %s)', async (from, to) => {
    const args = ['diff', '--from', from, '--to', to, '--kind', 'secrets', '-o', 'yaml'];
    const { stdout } = await run(...args);
    expect(stdout).not.toContain('hush');
    expect(stdout).toContain('path: data.password\n        from: "*** (before)"\n        to: "*** (after)"');
    expect((await run(...args, '--show-secrets')).stdout).toContain(`to: hush-${Number(to) / 10}`);
  });

  it('compares events for those who name them', async () => {
    const { stdout } = await run('diff', '--from', '10', '--kind', 'events');
    expect(stdout).toContain('Event   default/a   removed');
  });

  it('holds no more changes than it may tell, and says that there are more', async () => {
    const { stdout } = await run('diff', '--from', '10', '--limit', '2', '--kind', 'pods');
    expect(
      stdout
        .split('\n')
        .slice(1)
        .map((line) => line.replaceAll(/ +/g, ' ')),
    ).toEqual([
      ...['Pod default/a removed', 'Pod default/b changed status.phase'],
      ...['… and more: narrow it by --kind, or raise --limit', ''],
    ]);
    const { changes, truncated } = JSON.parse((await run('diff', '--from', '10', '--limit', '2', '-o', 'json')).stdout);
    expect([changes.length, truncated]).toEqual([2, true]);
    expect(
      JSON.parse((await run('diff', '--from', '10', '--limit', '4', '--kind', 'pods', '-o', 'json')).stdout).truncated,
    ).toBeUndefined();
  });

  it('refuses what it cannot compare', async () => {
    const backwards = ['diff', '--from', '30', '--to', '10'];
    expect(await runCommand(backwards, { FLOTILLA_HOME: '/nowhere' })).toMatchObject({
      ...{ code: 2, stderr: 'flotilla: --to 10 is before --from 30\n' },
    });
    expect((await run('diff', '--from', '30')).stderr).toContain(
      'The fleet is at revision 20, which is before --from 30',
    );
    expect((await run('diff', '--from', 'x')).code).toBe(2);
    expect((await run('diff', '--from', '10', '--kind', 'pod')).stderr).toContain('There is no kind pod');
  });
});
