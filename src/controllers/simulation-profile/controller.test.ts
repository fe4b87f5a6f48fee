import { afterEach, beforeEach, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import type { SimulationProfile } from '../../resources/fleet/simulation-profile/types.ts';
import { simulationProfileController } from './controller.ts';

const PROFILES = 'simulationprofiles.fleet.flotilla.dev';
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([simulationProfileController]);
  await fleet.start();
});
afterEach(async () => {
  expect(fleet.errors).toEqual([]);
  await fleet.stop();
});
const profile = () => fleet.all(PROFILES)[0] as SimulationProfile | undefined;

test('nodes that a profile may fill are looked at when every process has seen it, one after the other', async () => {
  const node = (name: string, labels: object, annotations: object) =>
    fleet.add('nodes', { kind: 'Node', metadata: { name, labels, annotations } } as never);
  const ours = { 'fleet.flotilla.dev/runtime': 'simulated' };
  node('a', { tier: 'gold' }, ours);
  node('b', {}, ours);
  node('c', { tier: 'gold' }, {});
  const spec = { selector: { nodes: { matchLabels: { tier: 'gold' } } }, usage: { memory: { constant: '1Gi' } } };
  fleet.add(PROFILES, { kind: 'SimulationProfile', metadata: { name: 'p' }, spec } as never);
  fleet.add(PROFILES, {
    kind: 'SimulationProfile',
    metadata: { name: 'q' },
    spec: { start: { constant: '1s' } },
  } as never);
  await fleet.advance(10_000);
  expect(fleet.woken).toEqual([{ nodeName: 'a', afterMs: expect.any(Number) }]);
  expect(Math.max(...fleet.woken.map(({ afterMs = 0 }) => afterMs))).toBeLessThan(5);
});

test('a profile tells which generation is in force', async () => {
  fleet.add(PROFILES, { kind: 'SimulationProfile', metadata: { name: 'p' }, spec: { start: { constant: '1s' } } });
  await fleet.advance(1_000);
  expect(profile()?.status?.observedGeneration).toBe(1);
  await fleet.registry.modify<SimulationProfile>(PROFILES, '', 'p', (object) => {
    object.spec = { start: { constant: '2s' } };
  });
  await fleet.advance(1_000);
  expect(profile()?.status?.observedGeneration).toBe(2);
});
