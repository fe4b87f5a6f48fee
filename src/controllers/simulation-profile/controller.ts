/** fleet.flotilla.dev SimulationProfile: says which generation of a profile is in force. Runtimes read the spec itself. */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import type { SimulationProfile } from '../../resources/fleet/simulation-profile/types.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import { nameKey, onSpecChange } from '../workload-triggers.ts';

const NAME = 'controller/simulation-profile';
const PROFILES = 'simulationprofiles.fleet.flotilla.dev';

export const simulationProfileController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(PROFILES, NAME, nameKey)],
  create: (context) => ({
    reconciler: freshEachKey(context, { name: NAME, reconcile: (name, run) => reconcile(context, name, run) }),
  }),
};

async function reconcile(
  { registry }: ControllerContext,
  name: string,
  { lease }: ReconcileContext,
): Promise<ReconcileResult> {
  await registry.modify<SimulationProfile>(
    PROFILES,
    '',
    name,
    (profile) => {
      const { generation } = profile.metadata;
      const isKnown = generation === undefined || profile.status?.observedGeneration === generation;
      if (!isKnown) {
        profile.status = { ...profile.status, observedGeneration: generation };
      }
      return !isKnown;
    },
    { subresource: 'status', fence: lease },
  );
  return {};
}
