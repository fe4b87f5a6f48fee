/** Which volume a claim may have. Pure. Source: component-helpers/storage/volume, FindMatchingVolume, 1.34. */
import { selectorTest } from '../../values/label-selector.ts';
import type { ClaimReference } from '../kinds/volume.ts';
import { matchesTerm } from '../node-selector.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { ClaimInfo, VolumeInfo } from '../views/volume-view.ts';

type Place = Pick<NodeInfo, 'name' | 'labels'>;

export const reaches = ({ terms }: Pick<VolumeInfo, 'terms'>, node: Place): boolean =>
  terms === undefined || terms.some((term) => matchesTerm(term, node));

/** The volume names the claim: that one, or whichever has its name when it says no UID. */
export const isMeantFor = (
  reference: ClaimReference | undefined,
  { namespace, name, uid }: Pick<ClaimInfo, 'namespace' | 'name' | 'uid'>,
): boolean => reference?.namespace === namespace && reference.name === name && ['', uid].includes(reference.uid ?? '');

/** Why the volume cannot be the claim's, though nobody else has it; '' when it can. In Kubernetes' words. */
export function mismatch(volume: VolumeInfo, claim: ClaimInfo): string {
  if (volume.capacity < claim.requested) {
    return 'requested PV is too small';
  }
  if (volume.className !== claim.className) {
    return 'storageClassName does not match';
  }
  if (volume.volumeMode !== (claim.spec.volumeMode ?? 'Filesystem')) {
    return 'incompatible volumeMode';
  }
  return (claim.spec.accessModes ?? []).every((mode) => volume.accessModes.includes(mode))
    ? ''
    : 'incompatible accessMode';
}

interface Wish {
  /** The scheduler asks for a node; only then does a claim that waits for one get any volume. */
  readonly node?: Place;
  readonly waits: boolean;
  /** Given away already, in this process. */
  readonly taken?: (volume: VolumeInfo) => boolean;
}

/** The one that was meant for it, else the smallest that does; between equals the first by name. */
export function findVolume(
  claim: ClaimInfo,
  candidates: Iterable<VolumeInfo>,
  { node, waits, taken = () => false }: Wish,
): VolumeInfo | undefined {
  const mayTakeAny = !(waits && node === undefined);
  // Asked last: of thousands of local volumes a node reaches one.
  const canReach = (volume: VolumeInfo): boolean => node === undefined || reaches(volume, node);
  const isSelected = claim.spec.selector === undefined ? () => true : selectorTest(claim.spec.selector);
  let best: VolumeInfo | undefined;
  for (const volume of candidates) {
    if (volume.deleting || taken(volume)) {
      continue;
    }
    if (isMeantFor(volume.claimRef, claim)) {
      if (volume.capacity >= claim.requested && volume.volumeMode === (claim.spec.volumeMode ?? 'Filesystem')) {
        return canReach(volume) ? volume : undefined;
      }
      continue;
    }
    const isFree = mayTakeAny && volume.claimRef === undefined && volume.phase === 'Available';
    const isBetter = isFree && (best === undefined || comesBefore(volume, best));
    if (isBetter && mismatch(volume, claim) === '' && isSelected(volume.labels) && canReach(volume)) {
      best = volume;
    }
  }
  return best;
}

const comesBefore = (a: VolumeInfo, b: VolumeInfo): boolean =>
  a.capacity === b.capacity ? a.name < b.name : a.capacity < b.capacity;
