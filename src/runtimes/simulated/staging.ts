/** Stages of simulated pods: what SimulationProfiles say. */
import type { ProfileSource } from '../profile-source.ts';
import type { Staging } from '../runtime.ts';
import { profiledStages } from './profiles/profiled-stages.ts';

export const simulatedStaging = (seed: number, profiles: ProfileSource): Staging => ({
  get hasStages() {
    return profiles.says('stages');
  },
  stagesOf: async (pod) => profiledStages(await profiles.onNode(pod.nodeName), pod, seed),
});
