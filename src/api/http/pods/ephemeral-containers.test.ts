import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type ApiFixture, apiFixture } from '../../../../test/support/api-fixture.ts';
import { pod } from '../../../../test/support/registry-fixture.ts';

const PODS = '/api/v1/namespaces/default/pods';
const PATH = `${PODS}/a/ephemeralcontainers`;
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
  await api.call('POST', PODS, pod('a'));
});
afterEach(() => api.close());

const patch = (...ephemeralContainers: object[]): Promise<Answer> =>
  api.call('PATCH', PATH, { spec: { ephemeralContainers } }, STRATEGIC);
const debugger_ = (name: string, more: object = {}): object => ({ name, image: 'busybox', ...more });
const messages = ({ json }: Answer): string[] =>
  json.details.causes.map(({ field, message }) => `${field}: ${message}`);

describe('pods/ephemeralcontainers', () => {
  it('adds by a strategic merge patch, one after another, with defaults and a generation', async () => {
    const first = await patch(debugger_('one', { stdin: true, tty: true, targetContainerName: 'main' }));
    expect(first.code).toBe(200);
    expect(first.json).toMatchObject({
      metadata: { generation: 2 },
      spec: { ephemeralContainers: [{ name: 'one', imagePullPolicy: 'Always', terminationMessagePolicy: 'File' }] },
    });
    await patch(debugger_('two'));
    const { json } = await api.call('GET', PATH);
    expect(json.kind).toBe('Pod');
    expect(json.spec.ephemeralContainers.map(({ name }) => name).sort()).toEqual(['one', 'two']);
  });

  it('takes over the ephemeral containers of a PUT and nothing else', async () => {
    const { json } = await api.call('GET', `${PODS}/a`);
    json.spec.containers[0].image = 'other';
    json.metadata.labels = { mine: 'no' };
    const spec = { ...json.spec, ephemeralContainers: [debugger_('one')] };
    const put = await api.call('PUT', PATH, { ...json, spec, status: { phase: 'Failed' } });
    expect(put.code).toBe(200);
    expect(put.json).toMatchObject({
      metadata: { name: 'a' },
      spec: { containers: [{ image: 'busybox:1' }], ephemeralContainers: [{ name: 'one' }] },
      status: { phase: 'Pending' },
    });
    expect(put.json.metadata.labels?.mine).toBeUndefined();
    // The version that it was read with has gone.
    expect((await api.call('PUT', PATH, json)).json.reason).toBe('Conflict');
  });

  it('neither changes nor removes what is there', async () => {
    await patch(debugger_('one'));
    const changed = await patch(debugger_('one', { image: 'other' }));
    expect(changed.code).toBe(422);
    expect(messages(changed)).toEqual([
      expect.stringMatching(
        /^spec\.ephemeralContainers: Forbidden: existing ephemeral containers "one" may not be changed\n/,
      ),
    ]);
    const { json } = await api.call('GET', PATH);
    const { ephemeralContainers: _, ...spec } = json.spec;
    expect(messages(await api.call('PUT', PATH, { ...json, spec }))).toEqual([
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "one" may not be removed\n',
    ]);
    expect((await api.call('GET', PATH)).json.spec.ephemeralContainers).toMatchObject([{ image: 'busybox' }]);
  });

  it.each([
    ['ports', { ports: [{ containerPort: 80 }] }, 'ports: Forbidden: cannot be set for an Ephemeral Container'],
    [
      'resources',
      { resources: { requests: { cpu: '1' } } },
      'resources: Forbidden: cannot be set for an Ephemeral Container',
    ],
    [
      'a restart policy',
      { restartPolicy: 'Always' },
      'restartPolicy: Forbidden: cannot be set for an Ephemeral Container',
    ],
    ['the name of a container', { name: 'main' }, 'name: Duplicate value: "main"'],
    ['a target that is not there', { targetContainerName: 'x' }, 'targetContainerName: Not found: "x"'],
  ])('refuses %s', async (_, more, expected) => {
    const refused = await patch(debugger_('one', more));
    expect(refused.code).toBe(422);
    expect(messages(refused)).toEqual([`spec.ephemeralContainers[0].${expected}`]);
    expect((await api.call('GET', PATH)).json.spec.ephemeralContainers).toBeUndefined();
  });

  it('is the only way in: neither a create nor an update of the pod brings any', async () => {
    const { json: stored } = await api.call('GET', `${PODS}/a`);
    const spec = { ...stored.spec, ephemeralContainers: [debugger_('one')] };
    const created = await api.call('POST', PODS, { ...pod('b'), spec: { ...pod('b').spec, ...spec } });
    expect(messages(created)).toEqual(['spec.ephemeralContainers: Forbidden: cannot be set on create']);
    const updated = await api.call('PUT', `${PODS}/a`, { ...stored, spec });
    expect(messages(updated)[0]).toMatch(/^spec: Forbidden: pod updates may not change fields other than/);
  });

  it('leaves a pod that can be updated and deleted as before', async () => {
    await patch(debugger_('one'));
    const labelled = await api.call('PATCH', `${PODS}/a`, { metadata: { labels: { x: 'y' } } }, STRATEGIC);
    expect(labelled.json).toMatchObject({ metadata: { labels: { x: 'y' } }, spec: { ephemeralContainers: [{}] } });
    const status = await api.call('PATCH', `${PODS}/a/status`, { status: { message: 'm' } }, STRATEGIC);
    expect(status.json.status.message).toBe('m');
    expect((await api.call('DELETE', `${PODS}/a`)).code).toBe(200);
  });

  it('refuses a mirror pod, another method, and a kind that has none', async () => {
    const metadata = { name: 'static', annotations: { 'kubernetes.io/config.mirror': 'x' } };
    await api.call('POST', PODS, { ...pod('static'), metadata });
    const url = `${PODS}/static/ephemeralcontainers`;
    const mirror = await api.call('PATCH', url, { spec: { ephemeralContainers: [debugger_('one')] } }, STRATEGIC);
    expect(messages(mirror)).toEqual([': Forbidden: static pods do not support ephemeral containers']);
    expect((await api.call('DELETE', PATH)).code).toBe(405);
    expect((await api.call('GET', '/api/v1/namespaces/default/configmaps/x/ephemeralcontainers')).code).toBe(404);
  });
});
