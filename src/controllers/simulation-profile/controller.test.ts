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
