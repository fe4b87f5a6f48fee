/**
 * Decides where the data and the binaries are and whom the server runs as. `<home>/postgres` is the data folder, or a
 * link to it: where root's server user cannot reach the home, the folder is staged and the link is the one record of
 * where.
 */

import type { Stats } from 'node:fs';
import { lchown, lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, StartupError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { runAsUser } from './run-as-user.ts';
import { chooseServerUser, isRoot, type ServerUser } from './server-user.ts';
import { stageHome } from './staged-home.ts';
import { openStaging } from './staging.ts';

export interface DataPlace {
  /** Absolute and without links: the server reports it so. */
  readonly folder: string;
  readonly user: ServerUser;
}

export interface PlaceOptions {
  readonly home: string;
  readonly stagingFolders: readonly string[];
  readonly logger: Logger;
}

export async function chooseDataPlace(options: PlaceOptions): Promise<DataPlace> {
  const { home, logger } = options;
  const folder = await resolveFolder(join(home, 'postgres'));
  const owner = await statsOf(folder);
  if (owner !== undefined) {
    return { folder, user: await userForExisting(folder, owner) };
  }
  const user = await chooseServerUser();
  if (await canReach(dirname(folder), user)) {
    return { folder, user };
  }
  const staged = await stageHome(home, await openStaging(options.stagingFolders), logger);
  logger.info({ folder: staged }, `the server's user cannot reach ${home}; the data is kept in ${staged}`);
  return { folder: join(await realpath(staged), 'postgres'), user };
}

/** Where a link points, whether or not the folder exists yet. */
async function resolveFolder(path: string): Promise<string> {
  const target = (await isLink(path)) ? resolve(dirname(path), await readlink(path)) : path;
  try {
    return join(await realpath(dirname(target)), basename(target));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      throw new StartupError(
        `${path} points to ${target}, which is gone: bring it back, or remove the link to start with an empty fleet`,
        { cause: error },
      );
    }
    throw error;
  }
}

async function isLink(path: string): Promise<boolean> {
  return (await statsOf(path))?.isSymbolicLink() ?? false;
}

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** The server must run as the owner of its data folder, whoever starts Flotilla today. */
async function userForExisting(folder: string, owner: Stats): Promise<ServerUser> {
  if (!isRoot()) {
    if (owner.uid !== process.geteuid?.()) {
      throw new StartupError(
        `${folder} belongs to uid ${owner.uid}: start Flotilla as that user or root, or set FLOTILLA_HOME`,
      );
    }
    return {};
  }
  const user = owner.uid === 0 ? await chooseServerUser() : { uid: owner.uid, gid: owner.gid };
  if (!(await canReach(dirname(folder), user))) {
    throw new StartupError(
      `uid ${user.uid}, as which PostgreSQL runs, cannot reach ${folder}: chmod o+x the folders above it, or set FLOTILLA_HOME`,
    );
  }
  if (owner.uid === 0 && user.uid !== undefined && user.gid !== undefined) {
    await giveTo(folder, user.uid, user.gid);
  }
  return user;
}

/** The folder itself comes last: a start that is cut off is repeated by the next. */
async function giveTo(folder: string, uid: number, gid: number): Promise<void> {
  const inside = await readdir(folder, { recursive: true });
  for (const name of [...inside, '.']) {
    await lchown(join(folder, name), uid, gid);
  }
}

/** Asked of the kernel, since modes alone do not tell: access lists, namespaces and security modules have a say. */
export async function canReach(folder: string, user: ServerUser): Promise<boolean> {
  const { exitCode } = await runAsUser('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { user });
  return exitCode === 0;
}
