/** The exit codes, as `flotilla --help` documents them, and which failure gets which. */
import { CommanderError } from 'commander';
import { StartupError, UsageError } from '../errors.ts';
import { ApiError, ConnectionError } from './rest/client-errors.ts';

export const EXIT = { ok: 0, failure: 1, usage: 2, notReady: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure that a command foresees; the message alone is printed. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** undefined: nobody foresaw this one. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  if (error instanceof CommandError) {
    return error.exitCode;
  }
  if (error instanceof CommanderError) {
    // Commander ends --help and --version with an error of code 0, and every misuse with 1.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (error instanceof ConnectionError) {
    return error.isDown ? EXIT.notReady : EXIT.failure;
  }
  if (error instanceof ApiError) {
    return error.status === 404 || error.status === 503 ? EXIT.notReady : EXIT.failure;
  }
  if (error instanceof UsageError) {
    return EXIT.usage;
  }
  return error instanceof StartupError ? EXIT.failure : undefined;
}
