import { afterEach, expect, it, vi } from 'vitest';
import { registryFixture } from '../../../test/support/registry-fixture.ts';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import type { Registry } from '../../registry/registry.ts';
import type { SimulationProfileSpec } from '../../resources/fleet/simulation-profile/types.ts';
import { systemClock } from '../../timing/clock.ts';
import { seededRandom } from '../../timing/random.ts';
import { createProfileSource } from './profile-source.ts';

const PROFILES = 'simulationprofiles.fleet.flotilla.dev';
let stopped = new AbortController();
afterEach(() => {
  stopped.abort();
  stopped = new AbortController();
});

async function setUp(change: (registry: Registry) => Registry = (registry) => registry) {
  const { registry } = await registryFixture();
  const time = { ms: 0 };
  const source = createProfileSource({
    registry: change(registry),
    clock: { ...systemClock, monotonic: () => time.ms },
    random: seededRandom(1),
    logger: silentLogger,
    signal: stopped.signal,
  });
  const make = (name: string, spec: SimulationProfileSpec) =>
    registry.create(PROFILES, '', { metadata: { name }, spec: { start: { constant: '1s' }, ...spec } });
  const namesOn = async (node: string) => (await source.onNode(node)).map(({ metadata }) => metadata.name);
  return { registry, time, source, make, namesOn };
}

it('has none until somebody asks, and follows them from then on', async () => {
  const { registry, source, make, namesOn } = await setUp();
  expect(source.isEmpty).toBe(false);
  await vi.waitUntil(() => source.isEmpty);
  expect(await namesOn('n1')).toEqual([]);
  await make('a', {});
  await vi.waitUntil(() => !source.isEmpty);
  expect(await namesOn('n1')).toEqual(['a']);
  await registry.delete(PROFILES, '', 'a');
  await vi.waitUntil(() => source.isEmpty);
});

it('has whoever asks wait for the first list, in order of priority and name', async () => {
  const { make, namesOn } = await setUp();
  await make('b', {});
  await make('c', { priority: 7 });
  await make('a', {});
  await make('d', { priority: -1 });
  expect(await namesOn('n1')).toEqual(['c', 'a', 'b', 'd']);
});

it('leaves out those for other nodes; labels are at most 10 s old', async () => {
  const { registry, time, make, namesOn } = await setUp();
  const node = (name: string, labels: object) => registry.create('nodes', '', { metadata: { name, labels } });
  await node('n1', { tier: 'gold', 'fleet.flotilla.dev/nodepool': 'blue' });
  await node('n2', { tier: 'gold' });
  await make('all', {});
  await make('both', { selector: { pool: 'blue', nodes: { matchLabels: { tier: 'gold' } } } });
  await make('gold', { selector: { nodes: { matchLabels: { tier: 'gold' } } } });
  expect(await namesOn('n1')).toEqual(['all', 'both', 'gold']);
  expect(await namesOn('n2')).toEqual(['all', 'gold']);
  expect(await namesOn('gone')).toEqual(['all']);
  await registry.modify('nodes', '', 'n2', ({ metadata }) => {
    metadata.labels = {};
  });
  expect(await namesOn('n2')).toEqual(['all', 'gold']);
  time.ms += 10_000;
  expect(await namesOn('n2')).toEqual(['all']);
});

it('reads a node again after a failure', async () => {
  let failures = 1;
  const { make, namesOn } = await setUp((registry) => ({
    ...registry,
    find: async (...args) => {
      failures -= 1;
      if (failures >= 0) {
        throw new Error('no database');
      }
      return registry.find(...args);
    },
  }));
  await make('blue', { selector: { pool: 'blue' } });
  await expect(namesOn('n1')).rejects.toThrow('no database');
  expect(await namesOn('n1')).toEqual([]);
});
