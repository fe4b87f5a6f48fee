/** A failure that nobody foresaw: its details go to a file, so that the terminal shows one line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { VERSION } from '../version.ts';

/** Returns the path of the file, or undefined when none could be written. Synchronous: the process may be ending. */
function writeCrashFile(error: unknown, home: string): string | undefined {
  const details = `flotilla ${VERSION}, node ${process.version}, ${process.platform} ${process.arch}\n${inspect(error)}\n`;
  return tryWrite(home, details) ?? tryWrite(tmpdir(), details);
}

function tryWrite(folder: string, details: string): string | undefined {
  const path = join(folder, 'flotilla-crash.log');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, details, { mode: 0o600 });
    return path;
  } catch {
    // The next folder may do; the first failure is the one to tell, not this.
    return undefined;
  }
}

export function describeCrash(error: unknown, home: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const path = writeCrashFile(error, home);
  return `unexpected failure: ${message.split('\n', 1)[0]}\n${path === undefined ? inspect(error) : `Details: ${path}`}`;
}
