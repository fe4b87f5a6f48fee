/**
 * Whom the server runs as. Postgres refuses root, so as root it gets an account without privileges; no account is
 * made. initdb looks its user up by number, which rules out a number without an account.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorCode, StartupError } from '../../errors.ts';

/** Absent fields: the user of this process. Given to child_process as they are. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

const run = promisify(execFile);
const CANDIDATES = ['postgres', 'nobody'];

export const isRoot = (): boolean => process.geteuid?.() === 0;

export async function chooseServerUser(): Promise<ServerUser> {
  if (!isRoot()) {
    return {};
  }
  for (const name of CANDIDATES) {
    const [uid, gid] = await Promise.all([accountNumber('-u', name), accountNumber('-g', name)]);
    if (uid !== undefined && gid !== undefined) {
      return { uid, gid };
    }
  }
  throw new StartupError(
    'PostgreSQL does not run as root: add a user named postgres, start as another user, or set DATABASE_URL',
  );
}

async function accountNumber(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  try {
    const { stdout } = await run('id', [flag, name]);
    return Number(stdout);
  } catch (error) {
    // `id` exits with 1 for an unknown name; a number as code is an exit code.
    if (errorCode(error) === undefined) {
      return undefined;
    }
    throw error;
  }
}
