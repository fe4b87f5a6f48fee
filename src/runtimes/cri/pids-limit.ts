/** How many processes a pod may have: a limit of its cgroup, which the CRI knows nothing of. Source: cm/pod_container_manager_linux.go. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeError } from '../runtime.ts';

const LIMIT = 'pids.max';

/** Before its sandbox is made: whoever makes it takes the folder as it is. `path`: the pod's, below the root of each tree. */
export async function limitPids(path: string, limit: number | undefined, root = '/sys/fs/cgroup'): Promise<void> {
  if (path === '' || limit === undefined) {
    return;
  }
  try {
    const isFirst = await stat(join(root, 'pids')).then(
      () => true,
      () => false,
    );
    const tree = isFirst ? join(root, 'pids') : root;
    await mkdir(join(tree, path), { recursive: true });
    await (isFirst ? undefined : passOn(tree, path));
    await writeFile(join(tree, path, LIMIT), String(limit));
  } catch (cause) {
    const why = (cause as Error).message;
    throw new RuntimeError('RunContainer', `cannot limit the processes of the pod to ${limit}: ${why}`, { cause });
  }
}

/** In version 2 a folder has the controllers that the one above passes on. */
async function passOn(tree: string, path: string): Promise<void> {
  let above = tree;
  for (const name of path.split('/').filter(Boolean)) {
    await writeFile(join(above, 'cgroup.subtree_control'), '+pids');
    above = join(above, name);
  }
}
