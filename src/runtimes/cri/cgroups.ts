/** Cgroups that the runtime leaves behind: it makes a pod's parent and never removes it. Removing one that is in use fails, and does no harm. */
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** Version 2 has one tree, version 1 one for each controller. */
async function trees(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return [root, ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name))];
}

async function removeBelow(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((one) => one.isDirectory())) {
    await removeBelow(join(folder, entry.name));
  }
  await rmdir(folder).catch(() => undefined);
}

export async function removeCgroupTree(path: string): Promise<void> {
  for (const tree of await trees(ROOT)) {
    await removeBelow(join(tree, path));
  }
}

export async function removeCgroups(parent: string, uid: string): Promise<void> {
  if (parent !== '' && uid !== '') {
    await removeCgroupTree(join(parent, `pod${uid}`));
  }
}

/** Uids that have a cgroup. */
export async function cgroupUids(parent: string): Promise<Set<string>> {
  const uids = new Set<string>();
  for (const tree of parent === '' ? [] : await trees(ROOT)) {
    for (const name of await readdir(join(tree, parent)).catch(() => [])) {
      if (name.startsWith('pod')) {
        uids.add(name.slice(3));
      }
    }
  }
  return uids;
}
