/** Without a mount namespace volumes cannot be where the container says: links in a folder of its own lead to them. */
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { BoundMount } from '../pod-folders/pod-folders.ts';

/** The folder, which the program finds in FLOTILLA_ROOT: `$FLOTILLA_ROOT/etc/config` for a volume at `/etc/config`. */
export async function linkMounts(root: string, mounts: readonly BoundMount[]): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const { hostPath, containerPath } of mounts) {
    const link = join(root, normalize(`/${containerPath}`));
    await mkdir(dirname(link), { recursive: true });
    await symlink(hostPath, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    });
  }
  return root;
}
