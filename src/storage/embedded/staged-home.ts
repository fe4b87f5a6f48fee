/**
 * The staged place of one home's data. `<home>/postgres` links to it, and a file in it names the home, so that both
 * ends can be found. Data is never deleted here: a home may have been moved, and its link still be good.
 */
import { chmod, mkdtemp, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../errors.ts';
import type { Logger } from '../../logger.ts';

const PREFIX = 'home-';
const HOME_FILE = 'home';

/** Returns the new place, linked from the home. Its data folder is yet to be made. */
export async function stageHome(home: string, staging: string, logger: Logger): Promise<string> {
  await reportUnused(staging, logger);
  const staged = await mkdtemp(join(staging, PREFIX));
  await writeFile(join(staged, HOME_FILE), home, { mode: 0o600 });
  // Traversable, not readable; the data folder in it is the server user's alone.
  await chmod(staged, 0o711);
  await symlink(join(staged, 'postgres'), join(home, 'postgres'));
  return staged;
}

async function reportUnused(staging: string, logger: Logger): Promise<void> {
  const names = (await readdir(staging)).filter((name) => name.startsWith(PREFIX));
  for (const staged of names.map((name) => join(staging, name))) {
    const home = await orUndefined(readFile(join(staged, HOME_FILE), 'utf8'));
    const link = home === undefined ? undefined : await orUndefined(readlink(join(home, 'postgres')));
    if (link !== join(staged, 'postgres')) {
      logger.warn(
        { folder: staged },
        `${home ?? 'no home'} does not use the data in ${staged}: remove it if it is not needed`,
      );
    }
  }
}

async function orUndefined(reading: Promise<string>): Promise<string | undefined> {
  try {
    return await reading;
  } catch (error) {
    // EINVAL: not a link. A home that is not ours to look into is as good as gone.
    if (['ENOENT', 'ENOTDIR', 'EINVAL', 'EACCES'].includes(errorCode(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
}
