/**
 * Folders and files made below one that containers write in: they may put a link anywhere, at any time. So each step is
 * taken from the opened folder before it, and none through a link. Source: pkg/volume/util/subpath, doSafeMakeDir.
 */
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isWithin } from './is-within.ts';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

const SETGID = 0o2000;

/** A link leads out of the folder, or to nothing. */
export class LeadsOutError extends Error {}

/** In the folder that is open, wherever its path leads by now. */
const inside = ({ fd }: FileHandle, name: string): string => join('/proc/self/fd', String(fd), name);

/** Makes the folder and those above it; what is there stays as it is. Answers its real path. Throws LeadsOutError. */
export function makeFolderWithin(base: string, way: string, mode: number): Promise<string> {
  return walk(base, way, mode, async (_, path) => path);
}

/** Makes an empty file in a folder that is there. Throws LeadsOutError, or what the system says. */
export function makeFileWithin(base: string, way: string, mode: number): Promise<string> {
  const name = way.slice(way.lastIndexOf(sep) + 1);
  return walk(base, dirname(way), undefined, async (folder, path) => {
    const file = await open(inside(folder, name), NEW_FILE, mode);
    await file.close();
    return join(path, name);
  });
}

/** `mode`: of folders that are missing; undefined: none may be. */
async function walk(
  base: string,
  way: string,
  mode: number | undefined,
  use: (folder: FileHandle, path: string) => Promise<string>,
): Promise<string> {
  const { root, path } = await resolved(base, way);
  let folder = await open(root, FOLDER);
  try {
    for (const name of relative(root, path).split(sep).filter(Boolean)) {
      const next = await step(folder, name, mode);
      await folder.close();
      folder = next;
    }
    return await use(folder, path);
  } finally {
    await folder.close();
  }
}

/** The path with the links of what is there followed: they may lead to another place of the folder. */
async function resolved(base: string, way: string): Promise<{ root: string; path: string }> {
  const root = await realpath(base);
  let there = join(root, way);
  while (there !== root && (await lstat(there).catch(() => undefined)) === undefined) {
    there = dirname(there);
  }
  const real = await realpath(there).catch(() => undefined);
  if (real === undefined || !isWithin(root, real)) {
    throw new LeadsOutError(`${there} leads out of ${root}`);
  }
  return { root, path: join(real, relative(there, join(root, way))) };
}

async function step(folder: FileHandle, name: string, mode: number | undefined): Promise<FileHandle> {
  const path = inside(folder, name);
  const found = await open(path, FOLDER).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && mode !== undefined) {
      return undefined;
    }
    throw error;
  });
  if (found !== undefined || mode === undefined) {
    return found ?? open(path, FOLDER);
  }
  const isOurs = await mkdir(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      // Somebody else made it meanwhile: a folder, or a link that is not followed.
      if (error.code === 'EEXIST') {
        return false;
      }
      throw error;
    },
  );
  const made = await open(path, FOLDER);
  try {
    if (isOurs) {
      // Past the umask, and with the group's bit of the folder around it.
      await made.chmod(mode | ((await made.stat()).mode & SETGID));
    }
    return made;
  } catch (error) {
    await made.close();
    throw error;
  }
}
