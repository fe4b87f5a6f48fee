import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostPath } from './host-path.ts';

let top: string;
let srv: string;
let outside: string;
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'flotilla-host-')));
  [srv, outside] = [join(top, 'srv'), join(top, 'outside')];
  await mkdir(srv);
  await mkdir(outside);
});
afterEach(() => rm(top, { recursive: true, force: true }));

const refused = (path: string, type: string, allowed = [srv]) =>
  hostPath(path, type, allowed).then(
    (real) => `has ${real}`,
    (error: Error) => error.message,
  );

describe('a hostPath volume', () => {
  it('is of the type that it names, or is not mounted', async () => {
    const [folder, file, socket] = ['folder', 'file', 'socket'].map((name) => join(srv, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(folder);
    await writeFile(file, '');
    const server = createServer();
    await new Promise<void>((listening) => server.listen(socket, listening));
    const paths = { folder, file, socket, none: join(srv, 'none'), 'char device': '/dev/null' };
    const has = async (type: string): Promise<string[]> => {
      const real = await Promise.all(Object.values(paths).map((path) => refused(path, type, [srv, '/dev'])));
      return Object.keys(paths).filter((_, index) => real[index]?.startsWith('has '));
    };
    expect(await has('Directory')).toEqual(['folder']);
    expect(await has('File')).toEqual(['file']);
    expect(await has('Socket')).toEqual(['socket']);
    expect(await has('CharDevice')).toEqual(['char device']);
    expect(await has('BlockDevice')).toEqual([]);
    server.close();
    const wrong = 'hostPath type check failed:';
    expect(await refused(file, 'Directory')).toBe(`${wrong} ${file} is not a directory`);
    expect(await refused(file, 'DirectoryOrCreate')).toBe(`${wrong} ${file} is not a directory`);
    expect(await refused(folder, 'File')).toBe(`${wrong} ${folder} is not a file`);
    expect(await refused(folder, 'FileOrCreate')).toBe(`${wrong} ${folder} is not a file`);
    expect(await refused(file, 'Socket')).toBe(`${wrong} ${file} is not a socket file`);
    expect(await refused(file, 'CharDevice')).toBe(`${wrong} ${file} is not a character device`);
    expect(await refused(file, 'BlockDevice')).toBe(`${wrong} ${file} is not a block device`);
    expect(await refused(file, 'Wheel')).toBe('Wheel is an invalid volume type');
  });

  it('is made where its type says so: folders with those above them, files in folders that are there', async () => {
    expect(await hostPath(join(srv, 'a/b'), 'DirectoryOrCreate', [srv])).toBe(join(srv, 'a/b'));
    expect((await stat(join(srv, 'a'))).mode & 0o777).toBe(0o755);
    expect(await hostPath(join(srv, 'c'), '', [srv])).toBe(join(srv, 'c'));
    expect((await stat(join(srv, 'c'))).isDirectory()).toBe(true);
    expect(await hostPath(join(srv, 'a/file'), 'FileOrCreate', [srv])).toBe(join(srv, 'a/file'));
    expect((await stat(join(srv, 'a/file'))).mode & 0o777).toBe(0o644);
    expect(await refused(join(srv, 'x/y/file'), 'FileOrCreate')).toMatch(/cannot be made: ENOENT/);
    expect(await readdir(srv)).toEqual(['a', 'c']);
    const missing = join(top, 'missing');
    expect(await hostPath(join(missing, 'a'), 'DirectoryOrCreate', [missing])).toBe(join(missing, 'a'));
  });

  it('is nowhere that the operator does not allow, through whatever links', async () => {
    await symlink(outside, join(srv, 'out'));
    await symlink(join(outside, 'none'), join(srv, 'dangling'));
    await mkdir(join(outside, 'there'));
    expect(await refused(join(outside, 'new'), 'DirectoryOrCreate')).toMatch(/is not below a folder that the operator/);
    expect(await refused(join(srv, 'out/there'), 'Directory')).toMatch(/leads to .*outside\/there, which the operator/);
    for (const type of ['', 'DirectoryOrCreate', 'FileOrCreate']) {
      expect(await refused(join(srv, 'out/new'), type)).toMatch(/cannot be made: .*out leads out of/);
      expect(await refused(join(srv, 'dangling'), type)).toMatch(/cannot be made: (.*dangling leads out of|EEXIST)/);
      expect(await refused(join(srv, 'dangling/new'), type)).toMatch(/cannot be made: .*dangling leads out of/);
      // The way to the inner folder is within the outer one, where containers write.
      expect(await refused(join(srv, 'out/in/new'), type, [join(srv, 'out/in'), srv])).toMatch(/out leads out of/);
    }
    expect(await readdir(outside)).toEqual(['there']);
  });

  it('may go through links that stay within, and be in a folder that is itself a link', async () => {
    await mkdir(join(srv, 'real'));
    await symlink('real', join(srv, 'link'));
    expect(await hostPath(join(srv, 'link/new'), 'DirectoryOrCreate', [srv])).toBe(join(srv, 'real/new'));
    const alias = join(top, 'alias');
    await symlink(srv, alias);
    expect(await hostPath(join(alias, 'real'), 'Directory', [alias])).toBe(join(srv, 'real'));
  });
});
