import { beforeEach, expect, it } from 'vitest';
import { failure, type RegistryFixture, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { addressesFor, nodePortsFor } from '../resources/core/service-addresses.ts';

const ports = [{ port: 80, protocol: 'TCP' }];
let world: RegistryFixture;
let uid = 0;
beforeEach(async () => {
  uid = 0;
  world = await registryFixture({ newUid: () => `uid-${uid++}` });
});
const service = (name: string, spec: object = {}) => ({ metadata: { name }, spec: { ports, ...spec } });
const create = (name: string, spec: object = {}, namespace = 'default') =>
  world.registry.create('services', namespace, service(name, spec));
const patch = (name: string, body: object) => world.registry.patch('services', 'default', name, 'merge', body);
const stored = async (name: string) => read(await world.registry.get('services', 'default', name));
const specOf = async (name: string) => (await stored(name)).spec as { clusterIP: string; ports: object[] };
const uidOf = async (name: string) => (await stored(name)).metadata.uid ?? '';
const ADDRESS_HELD =
  'spec.clusterIPs: Invalid value: ["10.96.0.50"]: failed to allocate IP 10.96.0.50: provided IP is already allocated';

it('refuses an address that another service has, in any namespace, until that one is gone', async () => {
  await create('a', { clusterIP: '10.96.0.50' }, 'other');
  expect(await failure(create('b', { clusterIP: '10.96.0.50' }))).toMatchObject({
    ...{ reason: 'Invalid', message: expect.stringContaining(ADDRESS_HELD) },
  });
  const dry = world.registry.create('services', 'default', service('b', { clusterIP: '10.96.0.50' }), { dryRun: true });
  expect((await failure(dry)).message).toContain(ADDRESS_HELD);
  await create('none', { clusterIP: 'None' });
  await create('none-2', { clusterIP: 'None' });
  await world.registry.delete('services', 'other', 'a');
  await create('b', { clusterIP: '10.96.0.50' });
});

it('refuses addresses that are not for services, and more node ports than there are', async () => {
  expect((await failure(create('a', { clusterIP: '10.0.0.1' }))).message).toContain(
    'failed to allocate IP 10.0.0.1: the provided network does not match the current range',
  );
  const many = Array.from({ length: 3_000 }, (_, at) => ({ name: `p${at}`, port: at + 1 }));
  expect((await failure(create('a', { type: 'NodePort', ports: many }))).message).toContain(
    'spec.ports: Too many: 3000: must have at most 2768 items',
  );
});

it('refuses a node port that another service has, and lets a service keep its own', async () => {
  await create('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
  const two = [{ port: 81 }, { port: 80, nodePort: 30_080 }].map((port, at) => ({ ...port, name: `p${at}` }));
  expect((await failure(create('b', { type: 'LoadBalancer', ports: two }))).message).toContain(
    'spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated',
  );
  await patch('a', { metadata: { labels: { a: 'b' } } });
  await create('c', { type: 'NodePort' });
  const moved = { spec: { ports: [{ port: 80, protocol: 'TCP', nodePort: 30_080 }] } };
  expect((await failure(patch('c', moved))).reason).toBe('Invalid');
  await patch('a', { spec: { type: 'ClusterIP' } });
  await patch('c', moved);
  expect((await specOf('c')).ports).toMatchObject([{ nodePort: 30_080 }]);
});

it('gives the next address and port when the first is taken', async () => {
  const next = `uid-${uid + 1}`;
  const [ip, nextIP] = addressesFor(next);
  const [nodePort, nextPort] = nodePortsFor(next);
  await create('taken', { type: 'NodePort', clusterIP: ip, ports: [{ port: 80, nodePort }] });
  expect((await create('y', { type: 'NodePort' })).object.uid).toBe(next);
  expect(await specOf('y')).toMatchObject({ clusterIP: nextIP, ports: [{ nodePort: nextPort }] });
});

it('gives a service that becomes one with node ports what is free then', async () => {
  await create('a');
  const [first, second] = nodePortsFor(await uidOf('a'));
  await create('b', { type: 'NodePort', ports: [{ port: 80, nodePort: first }] });
  const { object } = await patch('a', { spec: { type: 'NodePort' } });
  expect(read(object).spec).toMatchObject({ ports: [{ nodePort: second }] });
  expect((await specOf('a')).ports).toMatchObject([{ nodePort: second }]);
});

it('writes nothing for an update that leaves out what a service was given', async () => {
  const headless = { clusterIP: 'None' };
  for (const [spec, more] of [[{}], [headless], [headless, { ipFamilies: ['IPv6'] }]]) {
    const name = `s${uid}`;
    await create(name, { ...spec, ...more });
    const put = () => world.registry.update('services', 'default', name, service(name, spec));
    const { object: first } = await put();
    expect((await put()).object.revision).toBe(first.revision);
  }
});

it('looks again when a rival was faster: gives another address, refuses one that was asked for', async () => {
  const overtake = (rival: string) => {
    world.store.beforeCommit = async (write) => {
      world.store.beforeCommit = undefined;
      const [claim = ''] = write.claims ?? [];
      await create(rival, { clusterIP: claim.replace('ip:', '') }, 'other');
    };
  };
  overtake('first');
  await create('given');
  expect([...addressesFor(await uidOf('given'))]).toContain((await specOf('given')).clusterIP);
  overtake('second');
  expect((await failure(create('asked', { clusterIP: '10.96.0.50' }))).message).toContain(ADDRESS_HELD);
});

it('gives an address to one of those that ask for it in one request', async () => {
  const both = ['a', 'b'].map((name) => ({
    ...{ metadata: { name, namespace: 'default' }, spec: { ports, clusterIP: '10.96.0.50' } },
  }));
  const answers = await world.registry.createAllSent('services', both);
  expect(answers.map((answer) => answer instanceof Error)).toEqual([false, true]);
  expect(String((answers[1] as Error).message)).toContain(ADDRESS_HELD);
});
