/**
 * Places that the server's user can reach when the home or node_modules cannot be reached, as under root's 0700 home.
 * Only root stages, so a staging folder is root's own and nobody else may write into it: what lies there is executed.
 */
import { cp, lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { errorCode, StartupError } from '../../errors.ts';
import type { BinaryPackage } from './server-binaries.ts';
import { linkLibraries } from './server-binaries.ts';

/** In order of preference; what lies in the last one may not survive a reboot. */
export const STAGING_FOLDERS: readonly string[] = ['/var/lib/flotilla', join(tmpdir(), 'flotilla-staging')];

export async function openStaging(folders: readonly string[]): Promise<string> {
  const refused: string[] = [];
  for (const folder of folders) {
    const why = await makePrivate(folder);
    if (why === undefined) {
      return folder;
    }
    refused.push(`${folder} (${why})`);
  }
  throw new StartupError(
    `PostgreSQL's user cannot reach this folder, and no other place is usable: ${refused.join(', ')}. Move the clone out of the private folder, or set DATABASE_URL`,
  );
}

/** Why the folder cannot be trusted, or undefined. lstat: a link planted under a known name must not be followed. */
async function makePrivate(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o755 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      return errorCode(error) ?? String(error);
    }
  }
  const stats = await lstat(folder);
  if (!stats.isDirectory()) {
    return 'not a folder';
  }
  if (stats.uid !== process.geteuid?.()) {
    return `belongs to uid ${stats.uid}`;
  }
  return (stats.mode & 0o022) === 0 ? undefined : 'others may write to it';
}

/** A copy of the binaries, named by their version and shared by every home; returns its native folder. */
export async function stageBinaries(from: BinaryPackage, staging: string): Promise<string> {
  const copy = join(staging, from.label);
  const native = join(copy, 'native');
  if (await exists(native)) {
    return native;
  }
  const temporary = await mkdtemp(join(staging, '.copy-'));
  try {
    // Static libraries are for building against; they are a twentieth of the copy.
    const filter = (source: string): boolean => !basename(source).endsWith('.a');
    await cp(from.native, join(temporary, 'native'), { recursive: true, filter, verbatimSymlinks: true });
    await linkLibraries(join(temporary, 'native'));
    await rename(join(temporary, 'native'), await nameFor(copy));
  } catch (error) {
    // Another Flotilla finished the same copy first.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return native;
}

async function nameFor(copy: string): Promise<string> {
  await mkdir(copy, { recursive: true, mode: 0o755 });
  return join(copy, 'native');
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
