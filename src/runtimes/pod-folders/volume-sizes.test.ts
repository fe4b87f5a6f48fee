import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PodFolders } from './pod-folders.ts';
import { volumeSizesOf } from './volume-sizes.ts';

it('adds up what is in a volume, in blocks, and what a link leads to is not in it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'flotilla-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const folders = new PodFolders(join(root, 'data'), { hostPaths: [] });
  const cache = folders.volume('u', 'cache');
  await mkdir(join(cache, 'deep'), { recursive: true });
  await writeFile(join(root, 'large'), Buffer.alloc(8 * 2 ** 20, 1));
  await symlink(join(root, 'large'), join(cache, 'link'));
  await symlink(root, join(cache, 'up'));
  await writeFile(join(cache, 'deep', 'a'), Buffer.alloc(2 ** 20, 1));
  await writeFile(join(cache, 'b'), Buffer.alloc(2 ** 20, 1));
  const sizes = await volumeSizesOf(folders).of('u', ['cache', 'none']);
  expect(sizes.get('none')).toBe(0);
  expect(sizes.get('cache')).toBeGreaterThanOrEqual(2 * 2 ** 20);
  expect(sizes.get('cache')).toBeLessThan(3 * 2 ** 20);
});
