/** A failure that nobody foresaw: its details go to a file, so that the terminal shows one line. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../version.ts';
import { describeError, formatError } from './describe-error.ts';

/** Returns the path of the file, or undefined when none could be written. Synchronous: the process may be ending. */
function writeCrashFile(error: unknown, home: string): string | undefined {
  const details = `flotilla ${VERSION}, node ${process.version}, ${process.platform} ${process.arch}\n${formatError(error)}\n`;
  // Others may write in the folder for temporary files, and lay a link where a known name would go.
  const elsewhere = join(tmpdir(), `flotilla-crash-${randomBytes(6).toString('hex')}.log`);
  return tryWrite(home, join(home, 'flotilla-crash.log'), details) ?? tryWrite(tmpdir(), elsewhere, details);
}

/** The last crash's file gives way. Never through a link: a new file, of mode 0600 from the beginning. */
function tryWrite(folder: string, path: string, details: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(path, { force: true });
    writeFileSync(path, details, { mode: 0o600, flag: 'wx' });
    return path;
  } catch {
    // The next folder may do; the first failure is the one to tell, not this.
    return undefined;
  }
}

export function describeCrash(error: unknown, home: string): string {
  const { message } = describeError(error);
  const path = writeCrashFile(error, home);
  const details = path === undefined ? formatError(error) : `Details: ${path}`;
  return `unexpected failure: ${message.split('\n', 1)[0]}\n${details}`;
}
