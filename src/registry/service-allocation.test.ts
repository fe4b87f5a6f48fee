import { beforeEach, expect, it } from 'vitest';
import { failure, type RegistryFixture, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { clusterIPOf, nodePortOf } from '../resources/core/service-addresses.ts';

const ports = [{ port: 80, protocol: 'TCP' }];
let world: RegistryFixture;
beforeEach(async () => {
  world = await registryFixture();
});
const create = (name: string, spec: object, namespace = 'default') =>
  world.registry.create('services', namespace, { metadata: { name }, spec: { ports, ...spec } });
const specOf = async (name: string) =>
  read(await world.registry.get('services', 'default', name)).spec as {
    clusterIP: string;
    ports: { nodePort: number }[];
  };

it('refuses an address that another service has, in any namespace', async () => {
  await create('a', { clusterIP: '10.96.0.50' }, 'other');
  expect(await failure(create('b', { clusterIP: '10.96.0.50' }))).toMatchObject({
    reason: 'Invalid',
    message: expect.stringContaining(
      'spec.clusterIPs: Invalid value: ["10.96.0.50"]: failed to allocate IP 10.96.0.50: provided IP is already allocated',
    ),
  });
  await create('none', { clusterIP: 'None' });
  await create('none-2', { clusterIP: 'None' });
});

it('refuses a node port that another service has, and lets a service keep its own', async () => {
  await create('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
  const same = {
    type: 'LoadBalancer',
    ports: [{ port: 81 }, { port: 80, nodePort: 30_080 }].map((p, i) => ({ ...p, name: `p${i}` })),
  };
  expect((await failure(create('b', same))).message).toContain(
    'spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated',
  );
  await world.registry.patch('services', 'default', 'a', 'merge', { metadata: { labels: { a: 'b' } } });
  await create('c', { type: 'NodePort' });
  const moved = { spec: { ports: [{ port: 80, protocol: 'TCP', nodePort: 30_080 }] } };
  expect((await failure(world.registry.patch('services', 'default', 'c', 'merge', moved))).reason).toBe('Invalid');
});

it('gives the next address and port when the first is taken', async () => {
  let uid = 0;
  world = await registryFixture({ newUid: () => `uid-${uid++}` });
  const next = `uid-${uid + 1}`;
  const nodePort = nodePortOf(next, 0, 0);
  await create('taken', { type: 'NodePort', clusterIP: clusterIPOf(next), ports: [{ port: 80, nodePort }] });
  expect((await create('y', { type: 'NodePort' })).object.uid).toBe(next);
  expect(await specOf('y')).toMatchObject({
    clusterIP: clusterIPOf(next, 1),
    ports: [{ nodePort: nodePortOf(next, 0, 1) }],
  });
});
