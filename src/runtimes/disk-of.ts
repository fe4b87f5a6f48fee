/** The file system that a folder of this host is on. Source: cadvisor/fs, getVfsStats. */
import { statfs } from 'node:fs/promises';
import type { Room } from './runtime.ts';

export interface FileSystemRoom {
  readonly bytes: Room;
  /** undefined: it has no fixed number of them. */
  readonly inodes: Room | undefined;
}

export async function fileSystemOf(path: string): Promise<FileSystemRoom> {
  const { blocks, bavail, bsize, files, ffree } = await statfs(path);
  return {
    bytes: { capacity: blocks * bsize, available: bavail * bsize },
    inodes: files === 0 ? undefined : { capacity: files, available: ffree },
  };
}

export const diskOf = async (path: string): Promise<Room> => (await fileSystemOf(path)).bytes;
