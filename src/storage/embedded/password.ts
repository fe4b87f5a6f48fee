/**
 * The superuser's password: random, in a file of mode 0600 in the home, never on a command line or in a log. Where
 * the file is lost while the data is not, a new one is set by the single-user server, which asks for none.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../atomic-file.ts';
import { errorCode } from '../../errors.ts';
import { SUPERUSER } from './data-folder.ts';
import { explainFailure, type FailureContext } from './failure-message.ts';
import { runAsUser } from './run-as-user.ts';
import type { ServerBinaries } from './server-binaries.ts';
import type { ServerUser } from './server-user.ts';

export const passwordFile = (home: string): string => join(home, 'postgres-password');

/** base64url: nothing to escape in SQL or in a URL. */
export const newPassword = (): string => randomBytes(24).toString('base64url');

/** Undefined: there is none, or it was cut. */
export async function readPassword(home: string): Promise<string | undefined> {
  try {
    return /^[\w-]{32}$/.exec((await readFile(passwordFile(home), 'utf8')).trim())?.[0];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

export const writePassword = (home: string, password: string): Promise<void> =>
  writeFileAtomically(passwordFile(home), `${password}\n`, 0o600);

export interface ResetOptions {
  readonly dataFolder: string;
  readonly password: string;
  readonly binaries: ServerBinaries;
  readonly user: ServerUser;
  readonly context: FailureContext;
}

/** Needs the server to be stopped. */
export async function resetPassword(options: ResetOptions): Promise<void> {
  const { dataFolder, password, binaries, user, context } = options;
  const input = `ALTER ROLE ${SUPERUSER} PASSWORD '${password}';\n`;
  const args = ['--single', '-D', dataFolder, '-c', 'log_statement=none', 'postgres'];
  const { exitCode, output } = await runAsUser(binaries.postgres, args, { user, input });
  if (exitCode !== 0) {
    throw explainFailure(output, context);
  }
}
