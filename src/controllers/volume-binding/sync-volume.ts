/** One volume: its phase, and what becomes of it without its claim. Source: controller/volume/persistentvolume, syncVolume. */
import { decodeObject, type Fence } from '../../registry/registry.ts';
import { BOUND_BY_CONTROLLER, CLAIMS, type Claim, PROVISIONING, VOLUMES, type Volume } from '../kinds/volume.ts';
import { removeObject } from '../remove-object.ts';
import { setVolumePhase } from './bind.ts';
import type { Provisioning } from './provision.ts';

export async function syncVolume(context: Provisioning, volume: Volume, fence: Fence): Promise<void> {
  const { claimRef } = volume.spec;
  if (claimRef === undefined || (claimRef.uid ?? '') === '') {
    await setVolumePhase(context, volume, 'Available', fence);
    return;
  }
  const stored = await context.registry.find(CLAIMS, claimRef.namespace ?? '', claimRef.name ?? '');
  const claim = stored === undefined ? undefined : decodeObject<Claim>(stored);
  if (claim === undefined || claim.metadata.uid !== claimRef.uid) {
    await release(context, volume, fence);
  } else if (claim.spec.volumeName === volume.metadata.name) {
    await setVolumePhase(context, volume, 'Bound', fence);
  }
}

/** For a volume whose claim is gone: reclaims it by its policy. Delete is for volumes that were provisioned here alone. */
async function release(context: Provisioning, volume: Volume, fence: Fence): Promise<void> {
  const { registry } = context;
  const { name, annotations = {} } = volume.metadata;
  await setVolumePhase(context, volume, 'Released', fence);
  const policy = volume.spec.persistentVolumeReclaimPolicy;
  if (policy === 'Delete' && annotations[PROVISIONING] === 'simulated') {
    await removeObject(registry, VOLUMES, volume.metadata, fence);
  } else if (policy === 'Recycle') {
    const uid = volume.spec.claimRef?.uid;
    const free = ({ metadata, spec }: Volume): boolean => {
      const isSame = spec.claimRef?.uid === uid;
      if (isSame) {
        delete spec.claimRef;
        delete metadata.annotations?.[BOUND_BY_CONTROLLER];
      }
      return isSame;
    };
    await registry.modify<Volume>(VOLUMES, '', name, free, { fence, uid: volume.metadata.uid });
    context.emit(volume, 'Normal', 'VolumeRecycled', 'Volume recycled');
  }
}
