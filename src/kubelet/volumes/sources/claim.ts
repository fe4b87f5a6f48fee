/**
 * A PersistentVolumeClaim must be bound, one of an ephemeral volume also be the pod's own.
 * Source: desired_state_of_world_populator.go, createVolumeSpec.
 */
import type { KubeObject } from '../../../values/object.ts';
import type { Pod } from '../../pod.ts';
import { ProcessingError, type Volume, type VolumeContext } from '../volume.ts';

interface Claim extends KubeObject {
  spec?: { volumeName?: string };
  status?: { phase?: string };
}

/** undefined: the volume is none of a claim. Source: component-helpers/storage/ephemeral, VolumeClaimName. */
export const claimNameOf = (
  { name, persistentVolumeClaim, ephemeral }: Volume,
  { metadata }: Pod,
): string | undefined => (ephemeral === undefined ? persistentVolumeClaim?.claimName : `${metadata.name}-${name}`);

/** Answers the name of its volume. Throws ProcessingError. */
export async function boundVolume(
  claimName: string,
  { ephemeral }: Volume,
  { pod, readClaim }: Pick<VolumeContext, 'pod' | 'readClaim'>,
): Promise<string> {
  const claim = (await readClaim(claimName)) as Claim | undefined;
  const { namespace, name, uid } = pod.metadata;
  const of = `error processing PVC ${namespace}/${claimName}`;
  if (claim === undefined) {
    const why = `persistentvolumeclaim "${claimName}" not found`;
    throw new ProcessingError(`${of}: failed to fetch PVC from API server: ${why}`);
  }
  if (claim.metadata.deletionTimestamp !== undefined) {
    throw new ProcessingError(`${of}: can't start pod because PVC is being deleted`);
  }
  const volumeName = claim.spec?.volumeName ?? '';
  if (claim.status?.phase !== 'Bound' || volumeName === '') {
    throw new ProcessingError(`${of}: PVC is not bound`);
  }
  const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (ephemeral !== undefined && owner?.uid !== uid) {
    const whose = `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`;
    throw new ProcessingError(whose);
  }
  return volumeName;
}

export async function checkClaim(claimName: string, volume: Volume, context: VolumeContext): Promise<undefined> {
  await boundVolume(claimName, volume, context);
}
