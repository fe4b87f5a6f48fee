/** One claim: finds, makes or waits for its volume. Source: controller/volume/persistentvolume, syncClaim, 1.34. */
import { decodeObject, type Fence } from '../../registry/registry.ts';
import {
  BIND_COMPLETED,
  CLAIMS,
  CLASSES,
  type Claim,
  classNameOf,
  SELECTED_NODE,
  type StorageClass,
  VOLUMES,
  type Volume,
} from '../kinds/volume.ts';
import { toClaimInfo, toVolumeInfo } from '../views/volume-view.ts';
import { writeStatus } from '../write-status.ts';
import { bind } from './bind.ts';
import { findVolume, isMeantFor, mismatch } from './match-volume.ts';
import { type Provisioning, provision } from './provision.ts';

const LOST = 'Data on the volume is lost!';
const WAITS = 'waiting for first consumer to be created before binding';
const NO_VOLUME = 'no persistent volumes available for this claim and no storage class is set';

/** Where the first pod decides the node, and the node the volume. */
async function waitsForConsumer({ registry }: Provisioning, claim: Claim): Promise<boolean> {
  const stored = await registry.find(CLASSES, '', classNameOf(claim));
  return stored !== undefined && decodeObject<StorageClass>(stored).volumeBindingMode === 'WaitForFirstConsumer';
}

async function findStored({ registry }: Provisioning, name: string): Promise<Volume | undefined> {
  const stored = await registry.find(VOLUMES, '', name);
  return stored === undefined ? undefined : decodeObject<Volume>(stored);
}

const setPhase = ({ registry }: Provisioning, claim: Claim, phase: string, fence: Fence): Promise<void> =>
  writeStatus<Claim>(registry, CLAIMS, claim, (current) => ({ ...current.status, phase }), fence);

export async function syncClaim(context: Provisioning, claim: Claim, fence: Fence): Promise<void> {
  const isCompleted = claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;
  await (isCompleted ? syncBound : (claim.spec.volumeName ?? '') === '' ? syncOpen : syncNamed)(context, claim, fence);
}

async function syncOpen(context: Provisioning, claim: Claim, fence: Fence): Promise<void> {
  const className = classNameOf(claim);
  const isDecided = (claim.metadata.annotations?.[SELECTED_NODE] ?? '') !== '';
  const waits = className !== '' && !isDecided && (await waitsForConsumer(context, claim));
  const info = toClaimInfo(claim);
  const found = findVolume(info, context.views.storage.freeVolumes(className), { waits });
  if (found !== undefined && (await bind(context, claim, found.name, fence))) {
    return;
  }
  await setPhase(context, claim, 'Pending', fence);
  if (waits) {
    context.emit(claim, 'Normal', 'WaitForFirstConsumer', WAITS);
  } else if (className === '') {
    context.emit(claim, 'Normal', 'FailedBinding', NO_VOLUME);
  } else {
    const name = await provision(context, claim, fence);
    if (name !== undefined) {
      await bind(context, claim, name, fence);
    }
  }
}

/** Whoever made it wants that volume and no other. */
async function syncNamed(context: Provisioning, claim: Claim, fence: Fence): Promise<void> {
  const { volumeName = '' } = claim.spec;
  const volume = await findStored(context, volumeName);
  if (volume !== undefined) {
    const info = toClaimInfo(claim);
    const { claimRef } = volume.spec;
    const isTheirs = claimRef !== undefined && !isMeantFor(claimRef, info);
    const unfit = claimRef === undefined ? mismatch(toVolumeInfo(volume), info) : '';
    if (isTheirs) {
      context.emit(claim, 'Warning', 'FailedBinding', `volume "${volumeName}" already bound to a different claim.`);
    } else if (unfit !== '') {
      const message = `Cannot bind to requested volume "${volumeName}": ${unfit}`;
      context.emit(claim, 'Warning', 'VolumeMismatch', message);
    } else if (await bind(context, claim, volumeName, fence)) {
      return;
    }
  }
  await setPhase(context, claim, 'Pending', fence);
}

async function syncBound(context: Provisioning, claim: Claim, fence: Fence): Promise<void> {
  const lose = async (reason: string, message: string): Promise<void> => {
    if (claim.status?.phase !== 'Lost') {
      context.emit(claim, 'Warning', reason, message);
      await setPhase(context, claim, 'Lost', fence);
    }
  };
  const { volumeName = '' } = claim.spec;
  if (volumeName === '') {
    return lose('ClaimLost', `Bound claim has lost reference to PersistentVolume. ${LOST}`);
  }
  const volume = await findStored(context, volumeName);
  if (volume === undefined) {
    return lose('ClaimLost', `Bound claim has lost its PersistentVolume. ${LOST}`);
  }
  if (!(await bind(context, claim, volumeName, fence))) {
    await lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
  }
}
