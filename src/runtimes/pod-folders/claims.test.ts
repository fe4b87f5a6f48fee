/** Volumes that outlast their pods. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Mount } from '../runtime.ts';
import { PodFolders } from './pod-folders.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const mount = (content: Mount['content'], subPath = ''): Mount => ({
  ...{ volume: 'data', path: '/data', subPath, readOnly: false, content },
});
const claimed = (persistentVolume: string): Mount['content'] => ({ kind: 'writable', persistentVolume });

async function placeOf(folders: PodFolders, uid: string, content: Mount['content'], subPath = ''): Promise<string> {
  const [bound] = await folders.bind(uid, [mount(content, subPath)]);
  return bound?.hostPath ?? '';
}

it('are the same for every pod that claims them, and not those of a claim that is made anew', async () => {
  const folders = new PodFolders(root, { hostPaths: [] });
  await writeFile(join(await placeOf(folders, 'first', claimed('pv-1')), 'kept'), 'data');
  await folders.remove('first');
  const again = await placeOf(folders, 'second', claimed('pv-1'));
  expect(await readFile(join(again, 'kept'), 'utf8')).toBe('data');
  const other = await placeOf(folders, 'third', claimed('pv-2'));
  await expect(readFile(join(other, 'kept'))).rejects.toThrow('ENOENT');
});

it('stay where they are for a pod that runs when its claim goes, parts of them too', async () => {
  const folders = new PodFolders(root, { hostPaths: [] });
  const before = await placeOf(folders, 'first', claimed('pv-1'), 'part');
  const after = await placeOf(folders, 'first', { kind: 'unavailable' }, 'part');
  expect(after).toBe(before);
  expect(before.endsWith('/claims/pv-1/part')).toBe(true);
});

it('cannot be named out of their folder', async () => {
  const folders = new PodFolders(root, { hostPaths: [] });
  await expect(placeOf(folders, 'first', claimed('../../etc'))).rejects.toThrow('"../../etc" cannot be a folder');
});
