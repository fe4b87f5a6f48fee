import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { limitPids } from './pids-limit.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flotilla-pids-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));
const read = (path: string) => readFile(join(root, path), 'utf8');

it('is written where the controller has a tree of its own', async () => {
  await mkdir(join(root, 'pids'));
  await limitPids('/flotilla/podu', 50, root);
  expect(await read('pids/flotilla/podu/pids.max')).toBe('50');
  expect(await readdir(root)).toEqual(['pids']);
});

it('and where all have one, once it is passed on all the way', async () => {
  await limitPids('/flotilla/podu', 50, root);
  expect(await read('flotilla/podu/pids.max')).toBe('50');
  expect([await read('cgroup.subtree_control'), await read('flotilla/cgroup.subtree_control')]).toEqual([
    '+pids',
    '+pids',
  ]);
});

it('nothing is, without a limit or without a parent of ours', async () => {
  await limitPids('/flotilla/podu', undefined, root);
  await limitPids('', 50, root);
  expect(await readdir(root)).toEqual([]);
});

it('keeps a pod from being made where nobody may', async () => {
  const message = 'cannot limit the processes of the pod to 50: ';
  const file = join(root, 'file');
  await writeFile(file, '');
  await expect(limitPids('/a', 50, file)).rejects.toThrow(message);
});
