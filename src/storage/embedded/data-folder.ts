/**
 * Makes the data folder whole or not at all: initdb works in a temporary folder beside it and a rename ends it, so a
 * crash leaves a leftover that the next start removes. Runs under the home's lock.
 */
import { chown, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../../atomic-file.ts';
import { errorCode } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { explainFailure, type FailureContext } from './failure-message.ts';
import { runAsUser } from './run-as-user.ts';
import type { ServerBinaries } from './server-binaries.ts';
import type { ServerUser } from './server-user.ts';

export const SUPERUSER = 'flotilla';

/**
 * C.UTF-8 from the server's own tables: byte order, as Kubernetes sorts, and the same on every machine.
 * scram-sha-256 for every connection, also local ones.
 */
const INITDB_FLAGS = [
  `--username=${SUPERUSER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

/** Whole, absent, or the remains of an initdb that was cut off (no cluster starts without these two files). */
export async function inspectDataFolder(folder: string): Promise<'whole' | 'absent' | 'half-made'> {
  const parts = await Promise.all(['.', 'PG_VERSION', 'global/pg_control'].map((name) => exists(join(folder, name))));
  if (parts.every(Boolean)) {
    return 'whole';
  }
  return parts[0] === true && (await readdir(folder)).length > 0 ? 'half-made' : 'absent';
}

export interface InitOptions {
  readonly folder: string;
  readonly password: string;
  readonly binaries: ServerBinaries;
  readonly user: ServerUser;
  readonly context: FailureContext;
  readonly signal?: AbortSignal | undefined;
}

export async function initDataFolder(options: InitOptions): Promise<void> {
  const { folder, user, signal } = options;
  const work = await mkdtemp(`${folder}.new-`);
  try {
    const data = join(work, 'data');
    const passwordFile = join(work, 'password');
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600, flag: 'wx' });
    if (user.uid !== undefined && user.gid !== undefined) {
      await Promise.all([work, data, passwordFile].map((path) => chown(path, user.uid ?? -1, user.gid ?? -1)));
    }
    const args = ['-D', data, `--pwfile=${passwordFile}`, ...INITDB_FLAGS];
    const { exitCode, output } = await runAsUser(options.binaries.initdb, args, { user, signal });
    signal?.throwIfAborted();
    if (exitCode !== 0) {
      throw explainFailure(output, options.context);
    }
    await rename(data, folder);
    await syncFolder(dirname(folder));
  } finally {
    await removeFolder(work);
  }
}

/** Removes what starts that were killed in initdb left, and sets aside a half-made folder that is not of our making. */
export async function clearLeftovers(folder: string, logger: Logger): Promise<void> {
  const prefix = `${basename(folder)}.new-`;
  const leftovers = (await readdir(dirname(folder))).filter((name) => name.startsWith(prefix));
  for (const name of leftovers) {
    logger.info({ folder: name }, 'removing a data folder that was never finished');
    await removeFolder(join(dirname(folder), name));
  }
  if ((await inspectDataFolder(folder)) === 'half-made') {
    const aside = await mkdtemp(`${folder}.half-made-`);
    await rename(folder, aside);
    logger.warn({ folder, aside }, 'the data folder was only half made; it was moved aside and a new one is made');
  }
}

/** An initdb whose Flotilla was killed may still be writing: removal is tried again until it has failed, too. */
const removeFolder = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') {
      return false;
    }
    throw error;
  }
}
