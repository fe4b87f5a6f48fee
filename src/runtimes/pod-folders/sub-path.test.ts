import { chmod, mkdir, mkdtemp, readdir, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mount } from '../runtime.ts';
import { makeFolderWithin } from './make-within.ts';
import { subPathOf } from './sub-path.ts';

let top: string;
let volume: string;
let outside: string;
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'flotilla-sub-')));
  [volume, outside] = [join(top, 'volume'), join(top, 'outside')];
  await mkdir(volume);
  await mkdir(outside);
});
afterEach(() => rm(top, { recursive: true, force: true }));

const mount = (subPath: string, content: Mount['content'] = { kind: 'writable' }): Mount => ({
  ...{ volume: 'v', path: '/v', subPath, readOnly: false, content },
});

describe('a part of a volume', () => {
  it('is made where it is missing, for those who may use the volume', async () => {
    expect(await subPathOf(volume, mount(''))).toBe(volume);
    await chmod(volume, 0o777);
    expect(await subPathOf(volume, mount('a/b'))).toBe(join(volume, 'a/b'));
    expect([(await stat(join(volume, 'a'))).mode & 0o777, (await stat(join(volume, 'a/b'))).mode & 0o777]).toEqual([
      0o777, 0o777,
    ]);
    expect(await subPathOf(volume, mount('a/b'))).toBe(join(volume, 'a/b'));
    await expect(subPathOf(volume, mount('none', { kind: 'files', files: [] }))).rejects.toThrow(
      'is not in the volume',
    );
  });

  it('makes nothing outside of the volume, through whatever links a container left in it', async () => {
    await symlink(outside, join(volume, 'out'));
    await symlink('../outside/none', join(volume, 'dangling'));
    await symlink('.', join(volume, 'within'));
    for (const subPath of ['out/new', 'out/new/deep', 'within/out/new', 'dangling/new']) {
      await expect(subPathOf(volume, mount(subPath))).rejects.toThrow(/^failed to prepare subPath: .* leads out of /);
    }
    await expect(subPathOf(volume, mount('out'))).rejects.toThrow('leads out of the volume');
    await expect(subPathOf(volume, mount('dangling'))).rejects.toThrow('is not in the volume');
    await expect(subPathOf(volume, mount('../outside/x'))).rejects.toThrow('must be within the volume');
    expect(await readdir(outside)).toEqual([]);
    expect(await subPathOf(volume, mount('within/new'))).toBe(join(volume, 'new'));
  });

  it('makes nothing outside while a container changes a folder into a link and back', async () => {
    await mkdir(join(volume, 'a'));
    await symlink(outside, join(volume, 'link'));
    let isOver = false;
    const swap = async (): Promise<void> => {
      while (!isOver) {
        for (const [from, to] of [
          ['a', 'kept'],
          ['link', 'a'],
          ['a', 'link'],
          ['kept', 'a'],
        ] as const) {
          await rename(join(volume, from), join(volume, to));
        }
      }
    };
    const swapping = swap();
    const made = await Promise.allSettled(
      Array.from({ length: 400 }, (_, index) => makeFolderWithin(volume, `a/${index}/deep`, 0o755)),
    );
    isOver = true;
    await swapping;
    expect(new Set(made.map(({ status }) => status))).toContain('rejected');
    expect(await readdir(outside)).toEqual([]);
  });
});
