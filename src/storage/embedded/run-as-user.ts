/** Runs one of the server's commands as the server's user and reports how it went; never throws for a bad exit. */
import { spawn } from 'node:child_process';
import type { ServerUser } from './server-user.ts';

export interface CommandResult {
  /** -1 when it could not be started at all. */
  readonly exitCode: number;
  readonly output: string;
}

/** A clean environment: PGDATA, PGPORT and the like of the caller's must not reach the server. */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' };

export interface CommandOptions {
  readonly user: ServerUser;
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
}

export function runAsUser(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const { user, input, signal } = options;
    // Own process group: Ctrl-C in the terminal is Flotilla's to handle. The caller's folder may be out of reach.
    const child = spawn(command, args, {
      ...user,
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      detached: true,
      ...(signal === undefined ? {} : { signal }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-8_192);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      // One that is told to stop by the signal has an error too, but has not ended yet.
      if (child.pid === undefined) {
        resolve({ exitCode: -1, output: error.message });
      }
    });
    child.on('close', (code) => resolve({ exitCode: code ?? -1, output }));
    // A command that ends before it has read its input breaks the pipe; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
