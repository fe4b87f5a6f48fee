/**
 * fleet.flotilla.dev SimulationProfile: says which generation of a profile is in force, and has nodes looked at that may run
 * short by its usage. Runtimes read the spec itself.
 */

import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { SimulationProfile } from '../../resources/fleet/simulation-profile/types.ts';
import { selects } from '../../values/label-selector.ts';
import { POOL_LABEL } from '../../values/node-labels.ts';
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

/** By then every process has seen the change: a node that was looked at before would have to be looked at again. */
const SEEN_MS = 2_000;
/** So much of a shard's time may a node take, whose pods are all measured. */
const NODE_MS = 5;

const fillsNodes = ({ spec }: SimulationProfile): boolean =>
  spec?.usage?.memory !== undefined || spec?.usage?.ephemeralStorage !== undefined;

async function wakeNodes(
  { views, wakeKubelets, random }: ControllerContext,
  profile: SimulationProfile,
): Promise<void> {
  const { nodes: selector, pool } = profile.spec?.selector ?? {};
  const names: string[] = [];
  for (const { name, labels, isVirtual } of views.nodes.values()) {
    const isIn = pool === undefined || labels[POOL_LABEL] === pool;
    if (isVirtual && isIn && (selector === undefined || selects(selector, labels))) {
      names.push(name);
    }
  }
  // Some are there at once, thousands one after the other.
  const withinMs = names.length * NODE_MS;
  await wakeKubelets(names.map((nodeName) => ({ nodeName, afterMs: Math.floor(random.next() * withinMs) })));
}

async function reconcile(
  context: ControllerContext,
  name: string,
  { lease }: ReconcileContext,
): Promise<ReconcileResult> {
  const { registry } = context;
  let isNew = false;
  const stored = await registry.modify<SimulationProfile>(
    PROFILES,
    '',
    name,
    (profile) => {
      const { generation } = profile.metadata;
      const isKnown = generation === undefined || profile.status?.observedGeneration === generation;
      isNew = !isKnown;
      if (!isKnown) {
        profile.status = { ...profile.status, observedGeneration: generation };
      }
      return !isKnown;
    },
    { subresource: 'status', fence: lease },
  );
  const profile = stored === undefined ? undefined : decodeObject<SimulationProfile>(stored);
  if (profile === undefined || !fillsNodes(profile)) {
    return {};
  }
  if (isNew) {
    return { requeueAfterMs: SEEN_MS };
  }
  await wakeNodes(context, profile);
  return {};
}
