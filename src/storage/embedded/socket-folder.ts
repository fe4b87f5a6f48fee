/**
 * Where the server's Unix socket lies: in the data folder, so that it is this server's alone. Loopback TCP costs more: a
 * round trip of a row 61 µs of the client's CPU and 37 of the server's, over the socket 46 and 29 (3 pairs, 8,000 each).
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../errors.ts';

/** sockaddr_un has room for 108 bytes, 104 on macOS, the closing NUL included; ports have five digits at most. */
const LONGEST = 103 - '/.s.PGSQL.65535'.length;
/** Neither PostgreSQL's list of folders nor a URL quotes any of these. */
const PLAIN = /^\/[\w./-]*$/;

/** undefined: its path is too long or too odd, or the platform has none; then the server is reached by TCP alone. */
export const socketFolder = (dataFolder: string): string | undefined =>
  process.platform !== 'win32' && dataFolder.length <= LONGEST && PLAIN.test(dataFolder) ? dataFolder : undefined;

/** A killed server leaves its socket and the lock beside it; the next has another port. Only while no server runs. */
export async function removeStaleSockets(dataFolder: string): Promise<void> {
  const names = await readdir(dataFolder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') {
      return [];
    }
    throw error;
  });
  const stale = names.filter((name) => name.startsWith('.s.PGSQL.'));
  await Promise.all(stale.map((name) => rm(join(dataFolder, name), { force: true })));
}
