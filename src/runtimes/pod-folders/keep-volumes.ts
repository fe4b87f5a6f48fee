/** Files of running containers follow the objects that they come from. */
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import type { RuntimePod, VolumeSource } from '../runtime.ts';
import type { PodFolders } from './pod-folders.ts';

/** A change must be seen within a minute. */
const EVERY_MS = 30_000;

interface Kept {
  readonly folders: PodFolders;
  readonly volumes: VolumeSource;
}

export async function refreshVolumes({ folders, volumes }: Kept, pods: readonly RuntimePod[]): Promise<void> {
  for (const pod of pods) {
    for (const { name } of pod.containers.filter(({ state }) => state.phase === 'running')) {
      await folders.refresh(pod.uid, await volumes.mounts(pod, name));
    }
  }
}

export async function keepVolumes(
  host: Kept & { readonly pods: () => Promise<readonly RuntimePod[]>; readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await host.clock.sleep(EVERY_MS, signal).catch(() => undefined);
    try {
      await refreshVolumes(host, signal.aborted ? [] : await host.pods());
    } catch (error) {
      host.logger.warn({ err: error }, 'volumes of running pods could not be refreshed');
    }
  }
}
