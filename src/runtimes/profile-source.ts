/** What the fleet's SimulationProfiles are, for a runtime that simulates. Given with the RuntimeContext. */
import type { SimulationProfile, SimulationProfileSpec } from '../resources/fleet/simulation-profile/types.ts';

export interface ProfileSource {
  /** There is no profile at all: nobody has to ask. */
  readonly isEmpty: boolean;
  /** Some profile, for whatever pods, says something about it. */
  says(about: keyof SimulationProfileSpec): boolean;
  /** Those that are for pods on this node, the one that comes first first. */
  onNode(nodeName: string): Promise<readonly SimulationProfile[]>;
}

export const NO_PROFILES: ProfileSource = { isEmpty: true, says: () => false, onNode: async () => [] };
