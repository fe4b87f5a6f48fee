/** The home exists and is ours to write: the first thing that a start finds out. */
import { access, constants, mkdir, realpath } from 'node:fs/promises';
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
