/** hostPath volumes: where the operator allows them, of the type that they name. Source: pkg/volume/hostpath, checkType. */
import type { Stats } from 'node:fs';
import { mkdir, realpath, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { RuntimeError } from '../runtime.ts';
import { isWithin } from './is-within.ts';
import { makeFileWithin, makeFolderWithin } from './make-within.ts';

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

type Make = (base: string, way: string) => Promise<string>;
interface HostPathType {
  readonly is: (found: Stats) => boolean;
  readonly called: string;
  /** Where nothing is there. */
  readonly make?: Make;
}

const makeFolder: Make = (base, way) => makeFolderWithin(base, way, FOLDER_MODE);
const directory = { is: (found: Stats) => found.isDirectory(), called: 'directory' };
const file = { is: (found: Stats) => found.isFile(), called: 'file' };

const TYPES: Readonly<Record<string, HostPathType>> = {
  // The kubelet looks at nothing then, and container runtimes make a folder of what is not there.
  '': { is: () => true, called: 'directory', make: makeFolder },
  Directory: directory,
  DirectoryOrCreate: { ...directory, make: makeFolder },
  File: file,
  FileOrCreate: { ...file, make: (base, way) => makeFileWithin(base, way, FILE_MODE) },
  Socket: { is: (found) => found.isSocket(), called: 'socket file' },
  CharDevice: { is: (found) => found.isCharacterDevice(), called: 'character device' },
  BlockDevice: { is: (found) => found.isBlockDevice(), called: 'block device' },
};

const refused = (message: string, cause?: unknown): RuntimeError =>
  new RuntimeError('CreateContainer', message, { cause });

/** The real path. Throws RuntimeError CreateContainer, what is wrong with it. */
export async function hostPath(path: string, typeName: string, allowed: readonly string[]): Promise<string> {
  // Of those within each other the outermost: a container may have made the way to the others.
  const [base] = allowed.filter((folder) => isWithin(folder, path)).sort((a, b) => a.length - b.length);
  if (base === undefined) {
    throw refused(`hostPath ${path} is not below a folder that the operator allows`);
  }
  const type = TYPES[typeName];
  if (type === undefined) {
    throw refused(`${typeName} is an invalid volume type`);
  }
  const found = await find(path, allowed);
  if (found === undefined && type.make !== undefined) {
    return make(type.make, base, path);
  }
  if (found === undefined || !type.is(await stat(found))) {
    throw refused(`hostPath type check failed: ${path} is not a ${type.called}`);
  }
  return found;
}

/** A link in an allowed folder may lead out of it. */
async function find(path: string, allowed: readonly string[]): Promise<string | undefined> {
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      return undefined;
    }
    throw refused(error.message, error);
  });
  const folders = await Promise.all(allowed.map((folder) => realpath(folder).catch(() => folder)));
  if (real !== undefined && !folders.some((folder) => isWithin(folder, real))) {
    throw refused(`hostPath ${path} leads to ${real}, which the operator does not allow`);
  }
  return real;
}

async function make(by: Make, base: string, path: string): Promise<string> {
  try {
    // The operator's own folder.
    await mkdir(base, { recursive: true, mode: FOLDER_MODE });
    return await by(base, relative(base, path));
  } catch (error) {
    throw refused(`hostPath ${path} cannot be made: ${(error as Error).message}`, error);
  }
}
