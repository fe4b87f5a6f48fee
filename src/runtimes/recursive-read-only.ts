/** Mounts that are read-only with those within them. Source: kubelet_pods.go, resolveRecursiveReadOnly. */
import type { BoundMount } from './pod-folders/pod-folders.ts';
import { RuntimeError } from './runtime.ts';

/** Those that are to be so, and no others, still say it. `canDo` is asked only where one asks. Throws CreateContainer. */
export async function settleRecursive(
  mounts: readonly BoundMount[],
  canDo: () => Promise<boolean>,
): Promise<BoundMount[]> {
  if (mounts.every(({ recursiveReadOnly }) => recursiveReadOnly === undefined) || (await canDo())) {
    return [...mounts];
  }
  return mounts.map(({ recursiveReadOnly, ...mount }) => {
    if (recursiveReadOnly === 'Enabled') {
      const why = 'requested recursive read-only mode, but it is not supported by the runtime';
      throw new RuntimeError(
        'CreateContainer',
        `failed to resolve recursive read-only mode: volume ${JSON.stringify(mount.volume)} ${why}`,
      );
    }
    return mount;
  });
}
