/** A PersistentVolumeClaim must be bound. Source: desired_state_of_world_populator.go, getPVCExtractPV. */
import type { KubeObject } from '../../../values/object.ts';
import { ClaimError, type Volume, type VolumeContext } from '../volume.ts';

interface Claim extends KubeObject {
  spec?: { volumeName?: string };
  status?: { phase?: string };
}

export async function checkClaim(
  { claimName }: NonNullable<Volume['persistentVolumeClaim']>,
  { pod, readClaim }: VolumeContext,
): Promise<undefined> {
  const claim = (await readClaim(claimName)) as Claim | undefined;
  const of = `error processing PVC ${pod.metadata.namespace}/${claimName}`;
  if (claim === undefined) {
    const why = `persistentvolumeclaim "${claimName}" not found`;
    throw new ClaimError(`${of}: failed to fetch PVC from API server: ${why}`);
  }
  if (claim.metadata.deletionTimestamp !== undefined) {
    throw new ClaimError(`${of}: can't start pod because PVC is being deleted`);
  }
  if (claim.status?.phase !== 'Bound' || (claim.spec?.volumeName ?? '') === '') {
    throw new ClaimError(`${of}: PVC is not bound`);
  }
}
