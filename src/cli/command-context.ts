/** What every command is given, and how one reaches the API. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ClusterAccess, readKubeconfig } from '../config/kubeconfig.ts';
import { defaultKubeconfigPath } from '../config/load-config.ts';
import type { Environment } from '../config/read-setting.ts';
import type { Clock } from '../timing/clock.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { OutputFormat } from './output.ts';
import { createRestClient, type RestClient } from './rest/rest-client.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Environment;
  readonly clock: Clock;
}

/** Adds one command to the program. One file a command; `program.ts` lists them. */
export type CommandDefinition = (program: Command, context: CommandContext) => void;

export interface GlobalOptions {
  readonly output: OutputFormat;
  readonly kubeconfig?: string;
}

export interface Kubeconfig extends ClusterAccess {
  readonly path: string;
  readonly text: string;
}

export function openKubeconfig(command: Command, { env }: CommandContext): Kubeconfig {
  const path = command.optsWithGlobals<GlobalOptions>().kubeconfig ?? defaultKubeconfigPath(env);
  const text = readText(path);
  try {
    return { path, text, ...readKubeconfig(text) };
  } catch (error) {
    const why = (error as Error).message;
    throw new CommandError(`${path} is not usable (${why}): start Flotilla to write it anew`, EXIT.failure);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      const fix = 'start Flotilla with npm start, or name another with --kubeconfig';
      throw new CommandError(`There is no kubeconfig at ${path}: ${fix}`, EXIT.notReady, { cause: error });
    }
    const why = (error as NodeJS.ErrnoException).code;
    throw new CommandError(`${path} cannot be read (${why}): use the account that started Flotilla`, EXIT.failure, {
      cause: error,
    });
  }
}

/** Runs with a client of the kubeconfig's server, and closes it whatever happens. */
export async function withClient<T>(
  command: Command,
  context: CommandContext,
  run: (client: RestClient, access: ClusterAccess, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const access = openKubeconfig(command, context);
  const client = createRestClient(access);
  const over = new AbortController();
  try {
    return await run(client, access, over.signal);
  } finally {
    over.abort();
    await client.close();
  }
}
