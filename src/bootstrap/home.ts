/** The folder with data, certificates and the kubeconfig. Others may pass through it (Postgres runs as another user). */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StartupError } from '../errors.ts';

const MODE = 0o755;

/** Returns the absolute path. Throws StartupError when the folder cannot be made or written. */
export async function prepareHome(folder: string): Promise<string> {
  const home = resolve(folder);
  try {
    await mkdir(home, { recursive: true, mode: MODE });
    await access(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StartupError(
      `The data folder ${home} cannot be written (${code ?? message}): make it writable or set FLOTILLA_HOME to another`,
      { cause: error },
    );
  }
  return home;
}
