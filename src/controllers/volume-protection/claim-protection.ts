/**
 * A claim that is deleted stays until no pod that is bound to a node uses it, ended ones included.
 * Source: controller/volume/pvcprotection, 1.34.
 */
import type { DueRef, Trigger } from '../../registry/registry.ts';
import { CLAIM_PROTECTION } from '../../values/storage-finalizers.ts';
import type { ControllerDefinition } from '../controller.ts';
import type { Pod } from '../kinds/pod.ts';
import { CLAIMS, type Claim } from '../kinds/volume.ts';
import { namespacedKey } from '../namespaced-key.ts';
import { controllerOf } from '../owner-references.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { heldClaims } from '../volume-binding/claims-of.ts';
import { needsLook, protect } from './protection.ts';

const NAME = 'controller/persistentvolumeclaim-protection';

const claimTrigger: Trigger = {
  resource: CLAIMS,
  dueOn: ({ after }) =>
    after !== undefined && needsLook(after, CLAIM_PROTECTION) ? [{ shard: NAME, key: namespacedKey(after) }] : [],
};

/** A pod lets go of claims when it is gone, and of its own when it is shut down. */
const podTrigger: Trigger = {
  resource: 'pods',
  dueOn: (change) => {
    const [before, after] = [change.before as Pod | undefined, change.after as Pod | undefined];
    const held = before === undefined ? [] : heldClaims(before.metadata, before.spec);
    if (before === undefined || held.length === 0) {
      return [];
    }
    const still = after === undefined ? [] : heldClaims(after.metadata, after.spec).map(({ name }) => name);
    const { namespace } = before.metadata;
    return held
      .filter(({ name }) => !still.includes(name))
      .map(({ name }): DueRef => ({ shard: NAME, key: `${namespace}/${name}` }));
  },
};

/** A claim of an ephemeral volume's name that is not the pod's own is none of it. */
const uses = ({ uid, heldClaims: held }: PodInfo, claim: Claim): boolean =>
  held.some(
    ({ name, isEphemeral }) => name === claim.metadata.name && (!isEphemeral || controllerOf(claim)?.uid === uid),
  );

function someUses(pods: Iterable<PodInfo>, claim: Claim): boolean {
  for (const pod of pods) {
    if (uses(pod, claim)) {
      return true;
    }
  }
  return false;
}

export const claimProtectionController: ControllerDefinition = {
  name: NAME,
  triggers: [claimTrigger, podTrigger],
  create: (context) =>
    protect<Claim>(context, {
      ...{ name: NAME, resource: CLAIMS, finalizer: CLAIM_PROTECTION },
      isHeld: (claim) => someUses(context.views.podsIn(claim.metadata.namespace ?? ''), claim),
    }),
};
