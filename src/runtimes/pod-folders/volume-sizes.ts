/** How much the volumes of a pod hold below its folder. */
import type { VolumeSizes } from '../runtime.ts';
import { diskUse } from './disk-use.ts';
import type { PodFolders } from './pod-folders.ts';

export const volumeSizesOf = (folders: PodFolders): VolumeSizes => ({
  of: async (uid, volumes) => {
    const sizes = new Map<string, number>();
    for (const volume of volumes) {
      sizes.set(volume, (await diskUse(folders.volume(uid, volume))).bytes);
    }
    return sizes;
  },
});
