/** The ability of runtimes whose pods may use folders and files of the host. */
import type { HostPaths } from '../runtime.ts';
import type { PodFolders } from './pod-folders.ts';

export const hostPathsOf = (folders: PodFolders): HostPaths => ({
  check: async (path, type) => {
    await folders.checkHostPath(path, type);
  },
});
