/** The keepers of containers (`shim.mjs`): started, spoken to, and missed when they end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '../runtime.ts';
import { enterNetwork } from './network.ts';
import { SYSTEM_PATH } from './policy.ts';
import { startTicks } from './proc.ts';
import type { ContainerRecord, ShimState } from './records.ts';

const SHIM = fileURLToPath(new URL('./shim.mjs', import.meta.url));
const START_MS = 10_000;
const HANG_UP_MS = 2_000;

export type KeeperOrder =
  | { readonly op: 'attach' | 'eof' }
  | { readonly op: 'dial'; readonly host: string; readonly port: number }
  | { readonly op: 'stop'; readonly signal: string; readonly graceMs: number }
  | { readonly op: 'stdin'; readonly data: string }
  | { readonly op: 'resize'; readonly width: number; readonly height: number };

/** Resolves when it listens. It gets nothing of the worker's environment, which holds secrets. */
export async function startKeeper(folder: string, network: string | undefined): Promise<void> {
  const [file = '', ...args] = [...enterNetwork(network), process.execPath, SHIM, folder];
  const keeper = spawn(file, args, {
    cwd: folder,
    env: { PATH: SYSTEM_PATH },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await Promise.race([
      once(keeper.stdout, 'data', { signal: AbortSignal.timeout(START_MS) }),
      once(keeper, 'exit').then(([code]) => {
        throw new Error(`its keeper ended with ${String(code)}`);
      }),
    ]);
  } catch (cause) {
    keeper.kill('SIGKILL');
    throw new RuntimeError('RunContainer', `failed to start container: ${(cause as Error).message}`, { cause });
  } finally {
    keeper.stdout.destroy();
    keeper.unref();
  }
}

/** undefined: it is gone, and so is its container. */
export async function reachKeeper({ socket }: Pick<ContainerRecord, 'socket'>): Promise<Socket | undefined> {
  const connection = connect(socket);
  try {
    await once(connection, 'connect');
  } catch {
    return undefined;
  }
  connection.on('error', () => undefined);
  return connection;
}

export const order = (connection: Socket, message: KeeperOrder): boolean =>
  connection.write(`${JSON.stringify(message)}\n`);

/**
 * A container without its keeper is stopped by hand. Whether it has one is asked after the order too: a killed keeper's
 * socket takes connections until the last of its threads has ended, and nobody reads them.
 */
export async function stopByKeeper(run: ContainerRecord, state: ShimState | undefined, graceMs: number): Promise<void> {
  const connection = await reachKeeper(run);
  if (connection !== undefined) {
    order(connection, { op: 'stop', signal: run.stopSignal, graceMs });
    await ended(connection);
  }
  if (state !== undefined && startTicks(state.shimPid) === undefined) {
    killByHand(state);
  }
}

/** Resolves when the other side has read all and hung up, or is too busy to. */
async function ended(connection: Socket): Promise<void> {
  const closed = once(connection, 'close', { signal: AbortSignal.timeout(HANG_UP_MS) });
  connection.resume().end();
  await closed.catch(() => undefined);
}

function killByHand({ pid, startTicks: since }: ShimState): void {
  if (pid === undefined || startTicks(pid) !== since) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Calls back once the keeper has gone. */
export async function missKeeper(run: ContainerRecord, signal: AbortSignal, gone: () => void): Promise<void> {
  const connection = await reachKeeper(run);
  if (connection === undefined) {
    gone();
    return;
  }
  const leave = (): void => void connection.destroy();
  signal.addEventListener('abort', leave, { once: true });
  connection.resume().once('close', () => {
    signal.removeEventListener('abort', leave);
    if (!signal.aborted) {
      gone();
    }
  });
}
