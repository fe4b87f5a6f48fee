/**
 * Who takes the claims of a stateful set along: the set when it is deleted, a pod when the set shrinks, or nobody.
 * Pure. Source: stateful_set_utils.go, updateClaimOwnerRefForSetAndPod; KEP-1847.
 */
import type { OwnerReference } from '../../values/object.ts';
import type { Claim, StatefulSet } from '../kinds/stateful-set.ts';
import { controllerReference } from '../owner-references.ts';
import type { PodInfo } from '../views/pod-info.ts';

const podReference = ({ name, uid }: Pick<PodInfo, 'name' | 'uid'>): OwnerReference =>
  controllerReference({ apiVersion: 'v1', kind: 'Pod', metadata: { name, uid } });

/** The owners that a claim is to have; undefined: as it is. A claim of somebody else's is left alone. */
export function claimOwners(
  set: StatefulSet,
  { metadata }: Claim,
  pod: Pick<PodInfo, 'name' | 'uid'>,
  isCondemned: boolean,
): OwnerReference[] | undefined {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const before = metadata.ownerReferences ?? [];
  const isOurs = ({ uid }: OwnerReference): boolean => uid === set.metadata.uid || uid === pod.uid;
  if (before.some((owner) => owner.controller === true && !isOurs(owner))) {
    return undefined;
  }
  const byPod = whenScaled === 'Delete' && isCondemned;
  const bySet = whenDeleted === 'Delete' && !byPod;
  const wanted = byPod ? [podReference(pod)] : bySet ? [controllerReference(set)] : [];
  const ours = before.filter(isOurs);
  const isRight = ours.length === wanted.length && ours.every((owner) => owner.uid === wanted[0]?.uid);
  return isRight ? undefined : [...before.filter((owner) => !isOurs(owner)), ...wanted];
}

/** Owned by an earlier pod of this name, so about to be deleted with it: a new pod must wait, or would lose its claim. */
export const isStale = ({ metadata }: Claim, name: string): boolean =>
  (metadata.ownerReferences ?? []).some((owner) => owner.kind === 'Pod' && owner.name === name);
