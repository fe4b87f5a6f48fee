/** Of what a controller made for an owner, a client gives the ownership up by one empty entry. */
import { describe, expect, it } from 'vitest';
import { entriesOf, ownershipFixture as setUp } from '../../../test/support/ownership-fixture.ts';
import { deployment, failure, type Loose, pod, read } from '../../../test/support/registry-fixture.ts';
import type { StoredObject } from '../../storage/stored-object.ts';

const FENCE = { shard: 's', epoch: 1, holder: 'h' };
const OWNER = { apiVersion: 'v1', kind: 'Other', name: 'o', uid: 'u', controller: true };
const metadata = { name: 'a', labels: { app: 'a' }, ownerReferences: [OWNER] };
const template = { metadata: { labels: { app: 'a' } }, spec: pod('a').spec };

/** Made by a controller, and given up by a client. */
async function givenUp(id: string, object: object) {
  const fixture = await setUp();
  const { registry } = fixture;
  const made = await registry.create(id, 'default', { ...object, metadata }, { fence: FENCE });
  const patch = (of: object) => registry.patch(id, 'default', 'a', 'merge', { metadata: of }, { fieldManager: 'me' });
  const { object: reset } = await patch({ managedFields: [{}] });
  return { ...fixture, made: read(made.object), reset, patch };
}

describe.each([
  ['replicasets.apps', { ...deployment('a'), kind: 'ReplicaSet' }],
  ['endpointslices.discovery.k8s.io', { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }] }],
  ['controllerrevisions.apps', { revision: 1, data: { spec: {} } }],
  ['jobs.batch', { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } } }],
])('of %s', (id, { ...object }) => {
  it('nobody is noted in an answer, a get, a list and a watch', async () => {
    const { registry, made, reset } = await givenUp(id, object);
    expect(entriesOf(made)).toMatchObject([{ manager: 'kube-controller-manager', fieldsV1: {} }]);
    const { items } = await registry.list(id, { namespace: 'default' });
    const stopping = new AbortController();
    const seen: StoredObject[] = [];
    for await (const { events } of registry.watch(id, { from: reset.revision - 1, signal: stopping.signal })) {
      seen.push(...events.map((event) => event.object));
      stopping.abort();
    }
    const told = await registry.get(id, 'default', 'a', { wholeEntries: true });
    const all = [reset, told, ...items, ...seen].map(read);
    expect(all).toHaveLength(4);
    for (const one of all) {
      expect(one.metadata).not.toHaveProperty('managedFields');
    }
  });

  it('nobody is noted by another change, until the first apply', async () => {
    const { apply, get, patch, made } = await givenUp(id, object);
    await patch({ labels: { mine: 'yes' } });
    expect((await get(id, 'a')).metadata).not.toHaveProperty('managedFields');
    const { apiVersion, kind } = made;
    const wish = { apiVersion, kind, metadata: { name: 'a', labels: { app: 'b' } } } as Loose;
    expect((await failure(apply(id, wish, 'me'))).message).toBe(
      `Apply failed with 1 conflict: conflict with "before-first-apply" using ${apiVersion}: .metadata.labels.app`,
    );
    const applied = await apply(id, wish, 'me', { force: true });
    expect(entriesOf(applied).map(({ manager }) => manager)).toEqual(['me', 'before-first-apply']);
  });
});

it('of a kind with short ownership it stays its maker’s', async () => {
  const { get } = await givenUp('pods', pod('a'));
  expect(entriesOf(await get('pods', 'a'))).toMatchObject([{ manager: 'kube-controller-manager' }]);
});
