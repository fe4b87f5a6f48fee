import type { HostPaths, MemoryVolumes, VolumeSizes } from '../runtime.ts';
import { hostPathsOf } from './host-paths.ts';
import { memoryVolumesOf } from './memory-volumes.ts';
import type { PodFolders } from './pod-folders.ts';
import { volumeSizesOf } from './volume-sizes.ts';

interface HostVolumes {
  readonly memoryVolumes: MemoryVolumes;
  readonly volumeSizes: VolumeSizes;
  readonly hostPaths: HostPaths;
}

/** What a runtime of containers has of volumes on its host. */
export const hostVolumesOf = (folders: PodFolders): HostVolumes => ({
  memoryVolumes: memoryVolumesOf(folders),
  volumeSizes: volumeSizesOf(folders),
  hostPaths: hostPathsOf(folders),
});
