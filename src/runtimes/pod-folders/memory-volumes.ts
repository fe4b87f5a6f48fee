/** The ability of runtimes that mount a pod's volumes in memory below its folder. */
import type { MemoryVolumes } from '../runtime.ts';
import type { PodFolders } from './pod-folders.ts';

export const memoryVolumesOf = (folders: PodFolders): MemoryVolumes => ({
  mount: (uid, volume, { sizeBytes }) => folders.mountMemory(uid, volume, sizeBytes),
  unmount: (uid) => folders.releaseMemory(uid),
});
