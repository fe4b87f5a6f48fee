/**
 * Turns what initdb or the server printed before it ended into one line that names the fix. A table, tried in order;
 * the texts are those of PostgreSQL's sources under LC_ALL=C.
 */
import { errorCode, StartupError } from '../../errors.ts';

export interface FailureContext {
  readonly dataFolder: string;
  readonly logFile: string;
}

const EXPLANATIONS: readonly (readonly [RegExp, (context: FailureContext, match: RegExpExecArray) => string])[] = [
  [
    /No space left on device|Check free disk space/,
    ({ dataFolder }) =>
      `No space left on the disk that holds ${dataFolder} (or in /dev/shm): free some and start again`,
  ],
  [
    /data directory was initialized by PostgreSQL version (\d+)/,
    ({ dataFolder }, match) =>
      `${dataFolder} was made by PostgreSQL ${match[1]}, this Flotilla brings another major version: move the folder away or set FLOTILLA_HOME`,
  ],
  [
    /could not (?:create|resize) shared memory segment|could not map anonymous shared memory/,
    () => 'PostgreSQL got no shared memory: give the machine or container more memory (docker run --shm-size=256m)',
  ],
  [
    /error while loading shared libraries|cannot execute|ENOENT|ENOEXEC|not found/,
    (_context, match) =>
      `The embedded PostgreSQL does not run on this system (${match[0]}): it needs glibc; set DATABASE_URL to use another server`,
  ],
  [
    /Permission denied|EACCES/,
    ({ dataFolder }) =>
      `PostgreSQL may not use ${dataFolder}: make it owned by the user that starts Flotilla, or set FLOTILLA_HOME`,
  ],
];

export function explainFailure(output: string, context: FailureContext): StartupError {
  for (const [pattern, explain] of EXPLANATIONS) {
    const match = pattern.exec(output);
    if (match !== null) {
      return new StartupError(explain(context, match));
    }
  }
  const lastWords = /(?:FATAL|PANIC|error): .*/i.exec(output)?.[0] ?? output.trim().split('\n').at(-1) ?? '';
  return new StartupError(`The embedded PostgreSQL did not start (${lastWords}): see ${context.logFile}`);
}

/** For what fails in this process: an error of the file system becomes one line, anything else stays what it is. */
export function explainSystemError(error: unknown, home: string): unknown {
  const code = errorCode(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StartupError(`No space left on the disk that holds ${home}: free some and start again`, {
      cause: error,
    });
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    const text = error instanceof Error ? error.message : code;
    return new StartupError(`Cannot write to ${home} (${text}): make it a writable folder or set FLOTILLA_HOME`, {
      cause: error,
    });
  }
  return error;
}

/** A port that somebody took between our look and the server's bind. */
export const isPortTaken = (output: string): boolean =>
  /could not bind IPv4 address|could not create any TCP\/IP sockets/.test(output);

/** Children of a killed server are still letting go of its memory; they end by themselves within moments. */
export const isLingering = (output: string): boolean =>
  /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(output);
