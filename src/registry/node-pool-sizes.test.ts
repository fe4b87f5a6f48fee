/** Sizes that no pool can have are refused, however they come, and change nothing. */
import { expect, test } from 'vitest';
import { type RegistryFixture, read, registryFixture } from '../../test/support/registry-fixture.ts';
import type { StatusError } from '../errors.ts';

const POOLS = 'nodepools.fleet.flotilla.dev';
const pool = (replicas: unknown, name = 'blue') => ({
  ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name } },
  spec: { replicas },
});
const refusal = (run: Promise<unknown>): Promise<StatusError | undefined> =>
  run.then(
    () => undefined,
    (error: StatusError) => error,
  );

const WAYS: readonly [string, ({ registry }: RegistryFixture, replicas: unknown) => Promise<unknown>][] = [
  ['a create', ({ registry }, replicas) => registry.create(POOLS, '', pool(replicas, 'other'))],
  ['an update', ({ registry }, replicas) => registry.update(POOLS, '', 'blue', pool(replicas))],
  ['a merge patch', ({ registry }, replicas) => registry.patch(POOLS, '', 'blue', 'merge', { spec: { replicas } })],
  ['a scale', ({ registry }, replicas) => registry.updateScale(POOLS, '', 'blue', { spec: { replicas } })],
];
const SIZES: readonly [unknown, number][] = [
  [-1, 422],
  [1.5, 400],
  [10_000_000, 422],
  ['3', 400],
];

test.each(WAYS.flatMap(([way, send]) => SIZES.map(([size, code]) => ({ way, size, send, code }))))(
  '$way of $size',
  async ({ way, send, size, code }) => {
    const world = await registryFixture();
    await world.registry.create(POOLS, '', pool(3));
    const before = world.store.revision;
    // What a patch made of it is the patch's fault, and not that of the body: 422, as in Kubernetes.
    expect((await refusal(send(world, size)))?.code).toBe(way === 'a merge patch' ? 422 : code);
    expect(world.store.revision).toBe(before);
    expect(read(await world.registry.get(POOLS, '', 'blue')).spec?.['replicas']).toBe(3);
  },
);
