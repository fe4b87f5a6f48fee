import { describe, expect, it } from 'vitest';
import { useFakeApi } from '../../../test/support/command-line.ts';
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
    ],
  },
  '/api/v1/namespaces': { metadata: { resourceVersion: '20' }, items: [] },
};

/** Pages of two. */
function list({ url: { searchParams } }: FakeRequest): object {
  const from = searchParams.get('continue') ?? searchParams.get('resourceVersion') ?? '';
  const [revision = '', start = '0'] = from.split('/');
  const at = Number(start);
  const all = PAST[revision] ?? [];
  const next = at + 2 < all.length ? { continue: `${revision}/${at + 2}` } : {};
  return { metadata: { resourceVersion: revision, ...next }, items: all.slice(at, at + 2) };
}
const { run } = useFakeApi((request) => {
  const { pathname } = request.url;
  const isList = pathname === '/api/v1/pods' || pathname === '/api/v1/events';
  const body = isList ? list(request) : answers[pathname];
  return body === undefined ? undefined : { body };
});

describe('diff', () => {
  it('tells what came, went, changed and was replaced', async () => {
    const { code, stdout } = await run('diff', '--from', '10');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      ...['KIND NAME CHANGE FIELDS', 'Pod default/a removed', 'Pod default/b changed status.phase'],
      ...['Pod default/d added', 'Pod default/e replaced', ''],
    ]);
  });

  it('has the values for programs', async () => {
    const { stdout } = await run('diff', '--from', '10', '--to', '20', '--kind', 'pods', '-o', 'json');
    expect(JSON.parse(stdout).changes[1]).toEqual({
      ...{ apiVersion: 'v1', kind: 'Pod', change: 'changed', namespace: 'default', name: 'b' },
      fields: [{ path: 'status.phase', from: 'Pending', to: 'Running' }],
    });
  });

  it('compares events for those who name them', async () => {
    const { stdout } = await run('diff', '--from', '10', '--kind', 'events');
    expect(stdout).toContain('Event   default/a   removed');
  });

  it('holds no more changes than it may tell, and says that there are more', async () => {
    const { stdout } = await run('diff', '--from', '10', '--limit', '2');
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
      JSON.parse((await run('diff', '--from', '10', '--limit', '4', '-o', 'json')).stdout).truncated,
    ).toBeUndefined();
  });

  it('refuses what it cannot compare', async () => {
    expect((await run('diff', '--from', '20', '--to', '10')).code).toBe(2);
    expect((await run('diff', '--from', 'x')).code).toBe(2);
    expect((await run('diff', '--from', '10', '--kind', 'pod')).stderr).toContain('There is no kind pod');
  });
});
