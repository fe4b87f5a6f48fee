/**
 * A network of a pod's own: a namespace with nothing but its loopback, held by a file of the pod's folder for as long as
 * that is there. Needs root, unshare(1), nsenter(1) and ip(8).
 */
import { execFile } from 'node:child_process';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../../errors.ts';
import type { PodFolders } from '../pod-folders/pod-folders.ts';
import { RuntimeError } from '../runtime.ts';

const run = promisify(execFile);
/** Time-out of each program: what it asks of the kernel takes no time. */
const LIMIT_MS = 10_000;
/** Type of the file system on which a held namespace is a file. Source: linux/magic.h. */
const NSFS_MAGIC = 0x6e736673;
const LOOPBACK_UP = ['ip', 'link', 'set', 'lo', 'up'] as const;

const fileOf = (folders: PodFolders, uid: string): string => join(folders.of(uid), 'network');
const isHeld = (file: string): Promise<boolean> =>
  statfs(file).then(
    ({ type }) => type === NSFS_MAGIC,
    () => false,
  );

/** What the program printed says more than that it failed. */
const wordsOf = (error: unknown): string => {
  const { stderr = '', message } = error as Error & { stderr?: string };
  return stderr.trim() || message;
};

/** Throws StartupError where this process may make none. */
export async function checkNetworks(runtime: string): Promise<void> {
  try {
    await run('unshare', ['--net', '--', 'nsenter', '--version'], { timeout: LIMIT_MS });
    await run('unshare', ['--net', '--', ...LOOPBACK_UP], { timeout: LIMIT_MS });
  } catch (cause) {
    const why = `no network of its own can be made for a pod here: ${wordsOf(cause)}`;
    throw new StartupError(`runtime "${runtime}": isolation "network": ${why}`, { cause });
  }
}

/** Makes it, or keeps it as it is; answers the file. Throws RuntimeError. */
export async function makeNetwork(folders: PodFolders, uid: string): Promise<string> {
  const file = fileOf(folders, uid);
  if (await isHeld(file)) {
    return file;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  try {
    await run('unshare', [`--net=${file}`, '--', ...LOOPBACK_UP], { timeout: LIMIT_MS });
  } catch (cause) {
    await removeNetwork(folders, uid);
    throw new RuntimeError('RunContainer', `failed to make the network of the pod: ${wordsOf(cause)}`, { cause });
  }
  return file;
}

/** The namespace itself lasts as long as a process runs in it. Idempotent. */
export async function removeNetwork(folders: PodFolders, uid: string): Promise<void> {
  const file = fileOf(folders, uid);
  // Two that made it at the same time have each mounted it.
  while (await isHeld(file)) {
    await run('umount', [file], { timeout: LIMIT_MS });
  }
}

/** The words before a program that is to be in it. */
export const enterNetwork = (network: string | undefined): readonly string[] =>
  network === undefined ? [] : ['nsenter', `--net=${network}`, '--'];
