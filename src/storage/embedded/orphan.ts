/**
 * What a killed Flotilla or a killed server left: a server without a parent is stopped, and a pid file whose number
 * now belongs to somebody else is removed. Runs under the home's lock; never signals a process that is not a postgres
 * of this very data folder.
 */
import { readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { commandLine, processIdentity } from './process-identity.ts';

/** Fast shutdown, immediate shutdown, kill: each with the time it gets. Source: pg_ctl stop -m. */
export const STOP_SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 3_000],
  ['SIGQUIT', 1_500],
  ['SIGKILL', 5_000],
];

const LOOK_EVERY_MS = 20;
const TORN_FOR_MS = 500;

export async function clearOrphan(dataFolder: string, clock: Clock, logger: Logger): Promise<void> {
  const file = await readSettledFile(dataFolder, clock);
  if (file === 'torn') {
    logger.warn({}, 'removing a postmaster.pid that a crash left incomplete');
    await rm(join(dataFolder, 'postmaster.pid'), { force: true });
    return;
  }
  const identity = file === undefined ? undefined : await processIdentity(file.pid);
  if (file === undefined || identity === undefined) {
    // A dead server's file is left to the next server: it names the memory by which that one looks for survivors.
    return;
  }
  if (!(await isServerOf(dataFolder, file.pid))) {
    logger.warn({ pid: file.pid }, 'removing a stale postmaster.pid: its number belongs to another program now');
    await rm(join(dataFolder, 'postmaster.pid'), { force: true });
    return;
  }
  logger.warn({ pid: file.pid }, 'stopping the PostgreSQL that an earlier Flotilla left running');
  for (const [signal, patienceMs] of STOP_SIGNALS) {
    sendSignal(file.pid, signal);
    if (await hasEnded(file.pid, identity, patienceMs, clock)) {
      return;
    }
  }
}

/** An orphan may be writing its file just now; one that stays torn has no server. */
async function readSettledFile(dataFolder: string, clock: Clock): ReturnType<typeof readPostmasterFile> {
  const file = await readPostmasterFile(dataFolder);
  if (file !== 'torn') {
    return file;
  }
  await clock.sleep(TORN_FOR_MS);
  return readPostmasterFile(dataFolder);
}

async function isServerOf(dataFolder: string, pid: number): Promise<boolean> {
  const command = (await commandLine(pid)) ?? '';
  if (!/(^|\/)postgres(\0| |$)/.test(command)) {
    return false;
  }
  // The server works in its data folder; this also holds after the home was renamed.
  return process.platform === 'linux' ? (await workingFolder(pid)) === dataFolder : command.includes(dataFolder);
}

async function workingFolder(pid: number): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${pid}/cwd`);
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(errorCode(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}

async function hasEnded(pid: number, identity: string, patienceMs: number, clock: Clock): Promise<boolean> {
  const giveUpAt = clock.monotonic() + patienceMs;
  while ((await processIdentity(pid)) === identity) {
    if (clock.monotonic() >= giveUpAt) {
      return false;
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
  return true;
}
