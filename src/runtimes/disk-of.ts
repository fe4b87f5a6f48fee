/** The file system that a folder of this host is on. Source: cadvisor/fs, getVfsStats. */
import { statfs } from 'node:fs/promises';

export async function diskOf(path: string): Promise<{ capacity: number; available: number }> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { capacity: blocks * bsize, available: bavail * bsize };
}
