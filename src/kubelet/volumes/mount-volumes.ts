/**
 * Before a pod's sandbox is made all volumes that its containers use must be there. What is missing is told as
 * FailedMount and tried again, from 0.5 s to about 2 min apart, and the pod stays in ContainerCreating.
 * Source: kubelet/volumemanager, pkg/volume/util/operationexecutor.
 */
import { RuntimeError } from '../../runtimes/runtime.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { KubeletContext } from '../context.ts';
import type { Pod } from '../pod.ts';
import type { PodWork } from '../pod-work.ts';
import { isInMemory, memorySize } from './memory-size.ts';
import { readVolume } from './read-volume.ts';
import { hostSource } from './sources/on-host.ts';
import { MountError, ProcessingError, type Volume } from './volume.ts';

/** After so long the kubelet says of the whole pod what it waits for. Source: podAttachAndMountTimeout. */
const TELL_AFTER_MS = 123_000;
/** Of the back-off, beside the containers' own. */
const KEY = '/volumes';

/** undefined: all are there. Else when to try again. */
export async function mountVolumes(context: KubeletContext, work: PodWork): Promise<number | undefined> {
  const volumes = usedVolumes(work.pod);
  if (volumes.length === 0) {
    return undefined;
  }
  const now = context.clock.now();
  const { uid } = work.pod.metadata;
  const held = context.mounts.holding(uid, KEY, now);
  if (held !== undefined) {
    return held.retryAt;
  }
  const failed = (await Promise.all(volumes.map((volume) => tryVolume(work, volume)))).filter(
    (name) => name !== undefined,
  );
  if (failed.length === 0) {
    context.mounts.clear(uid, KEY);
    return undefined;
  }
  const since = parseTime(work.pod.status?.startTime) ?? now;
  if (now - since >= TELL_AFTER_MS) {
    work.emit('Warning', 'FailedMount', unableToMount(failed, [], 'context deadline exceeded'));
  }
  return context.mounts.record(uid, KEY, { reason: 'FailedMount' }, now).retryAt;
}

/** Its name, if it is not there. */
async function tryVolume(work: PodWork, volume: Volume): Promise<string | undefined> {
  const { node, emit } = work;
  const { name } = volume;
  try {
    // A token is made when somebody reads it.
    await readVolume(volume, { ...work, podIP: '', readNode: async () => node, token: async () => '' });
    await prepareOnHost(work, volume);
    return undefined;
  } catch (error) {
    if (!(error instanceof MountError)) {
      throw error;
    }
    const message =
      error instanceof ProcessingError
        ? unableToMount([name], [name], error.message)
        : `MountVolume.SetUp failed for volume "${name}" : ${error.message}`;
    emit('Warning', 'FailedMount', message);
    return name;
  }
}

/** What the runtime has to do for it. Throws MountError. */
async function prepareOnHost(work: PodWork, volume: Volume): Promise<void> {
  const { pod, node, runtime } = work;
  const { memoryVolumes, hostPaths } = runtime;
  try {
    if (isInMemory(volume)) {
      await memoryVolumes?.mount(pod.metadata.uid, volume.name, memorySize(pod, volume, node));
    }
    const source = hostPaths && (await hostSource(volume, work));
    if (source !== undefined) {
      await hostPaths?.check(source.path, source.type);
    }
  } catch (error) {
    throw error instanceof RuntimeError && error.code === 'CreateContainer' ? new MountError(error.message) : error;
  }
}

const unableToMount = (unmounted: readonly string[], failed: readonly string[], why: string): string =>
  `Unable to attach or mount volumes: unmounted volumes=[${unmounted.join(' ')}], unattached volumes=[], ` +
  `failed to process volumes=[${failed.join(' ')}]: ${why}`;

/** Those that no container names are not looked at. */
function usedVolumes({ spec }: Pod): Volume[] {
  const { volumes = [], containers, initContainers = [] } = spec;
  if (volumes.length === 0) {
    return [];
  }
  const used = new Set(
    [...containers, ...initContainers].flatMap(({ volumeMounts = [], volumeDevices = [] }) =>
      [...volumeMounts, ...volumeDevices].map(({ name }) => name),
    ),
  );
  return volumes.filter(({ name }) => used.has(name));
}
