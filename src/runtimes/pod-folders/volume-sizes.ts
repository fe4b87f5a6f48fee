/** How much the volumes of a pod hold below its folder, in blocks of the disk. Links are not followed. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeSizes } from '../runtime.ts';
import type { PodFolders } from './pod-folders.ts';

const BLOCK = 512;
/** Of one volume: who makes more files than that is measured by what was seen of them. */
const MAX_ENTRIES = 100_000;
/** Looked at between two waits. */
const AT_ONCE = 64;

export const volumeSizesOf = (folders: PodFolders): VolumeSizes => ({
  of: async (uid, volumes) => {
    const sizes = new Map<string, number>();
    for (const volume of volumes) {
      sizes.set(volume, await sizeOf(folders.volume(uid, volume)));
    }
    return sizes;
  },
});

async function sizeOf(root: string): Promise<number> {
  const waiting = [root];
  let [bytes, seen] = [0, 0];
  while (waiting.length > 0 && seen < MAX_ENTRIES) {
    const paths = waiting.splice(-AT_ONCE);
    const found = await Promise.all(paths.map(look));
    seen += paths.length;
    for (const { blocks, inside } of found) {
      bytes += blocks * BLOCK;
      waiting.push(...inside.slice(0, MAX_ENTRIES));
    }
  }
  return bytes;
}

/** What goes while it is looked at holds nothing any more. */
async function look(path: string): Promise<{ blocks: number; inside: string[] }> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined || !stat.isDirectory()) {
    return { blocks: stat?.blocks ?? 0, inside: [] };
  }
  const names = await readdir(path).catch((): string[] => []);
  return { blocks: stat.blocks, inside: names.map((name) => join(path, name)) };
}
