/** One run of the server: spawned, awaited until it takes connections, stopped. Knows nothing of homes and passwords. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../timing/clock.ts';
import { STOP_SIGNALS } from './orphan.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { SERVER_ENVIRONMENT } from './run-as-user.ts';
import { serverArguments } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';

export interface ServerProcess {
  readonly pid: number;
  /** Resolves with how it ended, in words. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly postgres: string;
  readonly dataFolder: string;
  readonly port: number;
  readonly user: ServerUser;
  readonly logDescriptor: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const LOOK_EVERY_MS = 20;
/** Replaying the write-ahead log after a crash takes its time: at most max_wal_size (1 GB) on a slow disk. */
const READY_WITHIN_MS = 120_000;

/** The running server, or undefined when it ended before it was ready: its log says why. */
export async function launchServer(options: LaunchOptions): Promise<ServerProcess | undefined> {
  const { dataFolder, port, user, logDescriptor, clock, signal } = options;
  signal?.throwIfAborted();
  // Own process group: Ctrl-C in the terminal must reach Flotilla only, which stops the server last.
  const child = spawn(options.postgres, serverArguments(dataFolder, port), {
    ...user,
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', logDescriptor, logDescriptor],
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, killedBy) => resolve(killedBy === null ? `exit code ${code}` : `signal ${killedBy}`));
  });
  if (child.pid === undefined) {
    throw new Error(`spawn ${options.postgres}: ${await exited}`);
  }
  // However this process exits, short of being killed, the server goes with it: an immediate shutdown needs no answer.
  const abandon = (): boolean => child.kill('SIGQUIT');
  process.once('exit', abandon);
  void exited.then(() => process.off('exit', abandon));
  const server = { pid: child.pid, exited, stop: () => stopChild(child, exited, clock) };
  try {
    return (await becomesReady(server, dataFolder, clock, signal)) ? server : undefined;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function becomesReady(
  server: ServerProcess,
  dataFolder: string,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const giveUpAt = clock.monotonic() + READY_WITHIN_MS;
  const ended = server.exited.then(() => 'ended' as const);
  while (clock.monotonic() < giveUpAt) {
    if ((await Promise.race([ended, clock.sleep(LOOK_EVERY_MS, signal)])) === 'ended') {
      return false;
    }
    const file = await readPostmasterFile(dataFolder);
    if (file !== undefined && file !== 'torn' && file.pid === server.pid && file.ready) {
      return true;
    }
  }
  throw new Error(`PostgreSQL was not ready within ${READY_WITHIN_MS / 1_000} s`);
}

async function stopChild(child: ChildProcess, exited: Promise<string>, clock: Clock): Promise<void> {
  for (const [signal, patienceMs] of STOP_SIGNALS) {
    child.kill(signal);
    const patience = new AbortController();
    const waited = clock.sleep(patienceMs, patience.signal).then(
      () => 'waited' as const,
      () => 'ended' as const,
    );
    const outcome = await Promise.race([exited.then(() => 'ended' as const), waited]);
    patience.abort();
    if (outcome === 'ended') {
      return;
    }
  }
}
