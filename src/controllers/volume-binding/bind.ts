/**
 * Binds a claim and a volume to each other in four writes, each of them compared: the volume says whose it is first, so
 * two claims never get one. Whoever finds it half done goes on. Source: controller/volume/persistentvolume, bind.
 */
import { decodeObject, type Fence, type Registry } from '../../registry/registry.ts';
import type { Clock } from '../../timing/clock.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, CLAIMS, type Claim, VOLUMES, type Volume } from '../kinds/volume.ts';
import { writeStatus } from '../write-status.ts';
import { isMeantFor } from './match-volume.ts';

interface Binding {
  readonly registry: Registry;
  readonly clock: Clock;
}

/** The volume as it is then; undefined: it is gone, or became another claim's. */
export async function giveVolume(
  { registry }: Pick<Binding, 'registry'>,
  name: string,
  claim: Pick<Claim, 'apiVersion' | 'kind' | 'metadata'>,
  fence: Fence,
): Promise<Volume | undefined> {
  const { namespace, name: claimName, uid, resourceVersion = '' } = claim.metadata;
  const isTheirs = ({ spec: { claimRef } }: Volume): boolean =>
    claimRef !== undefined && !isMeantFor(claimRef, { namespace, name: claimName, uid });
  const give = (volume: Volume): boolean => {
    const { claimRef } = volume.spec;
    if (isTheirs(volume) || claimRef?.uid === uid) {
      return false;
    }
    if (claimRef === undefined) {
      volume.metadata.annotations = { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
    }
    const { apiVersion, kind } = claim;
    volume.spec.claimRef = { apiVersion, kind, namespace, name: claimName, uid, resourceVersion };
    return true;
  };
  const stored = await registry.modify<Volume>(VOLUMES, '', name, give, { fence });
  const volume = stored === undefined ? undefined : decodeObject<Volume>(stored);
  return volume === undefined || isTheirs(volume) ? undefined : volume;
}

export async function setVolumePhase(
  { registry, clock }: Binding,
  volume: Volume,
  phase: string,
  fence: Fence,
): Promise<void> {
  if (volume.status?.phase !== phase) {
    const status = { phase, lastPhaseTransitionTime: formatTime(clock.now()) };
    await writeStatus<Volume>(
      registry,
      VOLUMES,
      volume,
      (current) => (current.status?.phase === phase ? current.status : status),
      fence,
    );
  }
}

/** False: the volume is somebody else's by now. */
export async function bind(binding: Binding, claim: Claim, volumeName: string, fence: Fence): Promise<boolean> {
  const { registry } = binding;
  const volume = await giveVolume(binding, volumeName, claim, fence);
  if (volume === undefined) {
    return false;
  }
  await setVolumePhase(binding, volume, 'Bound', fence);
  const { namespace, name, uid } = claim.metadata;
  const take = (object: Claim): boolean => {
    const { annotations = {} } = object.metadata;
    const { volumeName: named = '' } = object.spec;
    if (named === volumeName && annotations[BIND_COMPLETED] !== undefined) {
      return false;
    }
    const ours = named === '' ? { [BOUND_BY_CONTROLLER]: 'yes' } : {};
    object.metadata.annotations = { ...annotations, ...ours, [BIND_COMPLETED]: 'yes' };
    object.spec.volumeName = volumeName;
    return true;
  };
  const taken = await registry.modify<Claim>(CLAIMS, namespace, name, take, { fence, uid });
  if (taken === undefined) {
    return false;
  }
  const { accessModes = [], capacity = {} } = volume.spec;
  const bound = { phase: 'Bound', accessModes, capacity };
  await writeStatus<Claim>(
    registry,
    CLAIMS,
    decodeObject<Claim>(taken),
    (current) => ({ ...current.status, ...bound }),
    fence,
  );
  return true;
}
