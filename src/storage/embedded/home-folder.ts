/** The home exists and is ours to write: the first thing that a start finds out. */
import { access, constants, lstat, mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCode, StartupError } from '../../errors.ts';
import { explainSystemError } from './failure-message.ts';
import { isRoot } from './server-user.ts';

/** Returns the home's real path. As root the server's user must pass through; every secret in it is of mode 0600. */
export async function openHome(home: string): Promise<string> {
  try {
    await mkdir(home, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(home);
  } catch (error) {
    throw explainSystemError(error, home);
  }
}

/** For what would be of no use on a new fleet: a name that was mistyped must not make one. */
export async function refuseNewHome(home: string): Promise<void> {
  const data = resolve(home, 'postgres');
  try {
    await lstat(data);
  } catch (error) {
    throw ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')
      ? new StartupError(`There is no fleet: ${data} is not there. Name its home with --home, or set DATABASE_URL`, {
          cause: error,
        })
      : explainSystemError(error, home);
  }
}
