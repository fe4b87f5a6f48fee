/** Which path of its host a volume is. A volume that neither the host nor its runtime can be is told as there is no plugin for it. */
import type { KubeObject } from '../../../values/object.ts';
import { MountError, ProcessingError, type Volume, type VolumeContext } from '../volume.ts';
import { boundVolume, claimNameOf } from './claim.ts';

export interface HostSource {
  readonly path: string;
  readonly type: string;
}
interface PersistentVolume extends KubeObject {
  spec?: { hostPath?: { path: string; type?: string }; local?: { path: string }; csi?: object };
}
type Reads = Pick<VolumeContext, 'pod' | 'readClaim' | 'readPersistentVolume'>;

/** Sources that need nothing of the host but a folder. */
const SERVED = ['configMap', 'secret', 'downwardAPI', 'projected', 'emptyDir'];

/** undefined: it is a folder of the runtime's own. Throws MountError. */
export async function hostSource(volume: Volume, context: Reads): Promise<HostSource | undefined> {
  const claimName = claimNameOf(volume, context.pod);
  if (claimName !== undefined) {
    return claimedSource(claimName, volume, context);
  }
  const { name, hostPath, csi, ...sources } = volume;
  if (csi !== undefined) {
    // Source: pkg/volume/csi, csiMountMgr.SetUpAt.
    const why = `driver name ${csi.driver ?? ''} not found in the list of registered CSI drivers`;
    throw new MountError(`kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: ${why}`);
  }
  if (Object.keys(sources).some((source) => !SERVED.includes(source))) {
    throw noPlugin(name);
  }
  return hostPath && { path: hostPath.path, type: hostPath.type ?? '' };
}

/** Of the PersistentVolume that it is a claim of: whoever claims a name anew gets another. Throws MountError. */
export async function volumeUid(volume: Volume, context: Reads): Promise<string | undefined> {
  const claimName = claimNameOf(volume, context.pod);
  return claimName === undefined ? undefined : (await claimedVolume(claimName, volume, context)).metadata.uid;
}

async function claimedVolume(claimName: string, volume: Volume, context: Reads): Promise<PersistentVolume> {
  const name = await boundVolume(claimName, volume, context);
  const found = (await context.readPersistentVolume(name)) as PersistentVolume | undefined;
  if (found === undefined) {
    const of = `error processing PVC ${context.pod.metadata.namespace}/${claimName}`;
    throw new ProcessingError(
      `${of}: failed to fetch PV ${name} from API server: persistentvolumes "${name}" not found`,
    );
  }
  return found;
}

/** A volume of a CSI driver is simulated: it is a folder. */
async function claimedSource(claimName: string, volume: Volume, context: Reads): Promise<HostSource | undefined> {
  const { metadata, spec } = await claimedVolume(claimName, volume, context);
  const { hostPath, local, csi } = spec ?? {};
  if (local !== undefined) {
    return { path: local.path, type: 'Directory' };
  }
  if (hostPath === undefined && csi === undefined) {
    throw noPlugin(metadata.name ?? '');
  }
  return hostPath && { path: hostPath.path, type: hostPath.type ?? '' };
}

/** Source: desired_state_of_world.go, AddPodToVolume. */
const noPlugin = (name: string): ProcessingError =>
  new ProcessingError(`failed to get Plugin from volumeSpec for volume "${name}" err=no volume plugin matched`);
