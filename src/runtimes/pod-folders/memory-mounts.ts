/** emptyDirs in memory: a tmpfs of the host in the volume's folder. Source: pkg/volume/emptydir (setupTmpfs), k8s.io/mount-utils. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { RuntimeError } from '../runtime.ts';
import { isWithin } from './is-within.ts';

const run = promisify(execFile);
/** Of the kernel: neither takes long. */
const LIMIT_MS = 10_000;

/** Spaces and the like are written as octal numbers there. Source: proc_pid_mountinfo(5). */
const unescapePath = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Mount points of this process's namespace at the folder or below it, the last mounted first. */
export async function mountsWithin(folder: string): Promise<string[]> {
  const real = await realpath(folder).catch(() => folder);
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const paths = lines.map((line) => unescapePath(line.split(' ')[4] ?? ''));
  return paths.filter((path) => path !== '' && isWithin(real, path)).reverse();
}

/** Makes the folder one in memory; a mount that is there stays as it is. Throws CreateContainer in the words of the kubelet. */
export async function mountMemory(folder: string, sizeBytes: number | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  const real = await realpath(folder);
  if ((await mountsWithin(real)).includes(real)) {
    return;
  }
  const size = sizeBytes === undefined ? [] : ['-o', `size=${sizeBytes}`];
  await call('mount', ['-t', 'tmpfs', ...size, 'tmpfs', real], 'mount failed', 'Mounting');
}

/** Takes down every mount at the folder or below it. */
export async function unmountWithin(folder: string): Promise<void> {
  for (const path of await mountsWithin(folder)) {
    await call('umount', [path], 'unmount failed', 'Unmounting');
  }
}

/** Source: mount_linux.go, doMount and formatUnmountError. */
async function call(command: string, args: readonly string[], failed: string, doing: string): Promise<void> {
  try {
    await run(command, [...args], { timeout: LIMIT_MS });
  } catch (cause) {
    const { code, stderr = '', message } = cause as Error & { code?: number | string; stderr?: string };
    const why = typeof code === 'number' ? `exit status ${code}` : message;
    const said = stderr.trim();
    const words = [`${failed}: ${why}`, `${doing} command: ${command}`, `${doing} arguments: ${args.join(' ')}`];
    throw new RuntimeError('CreateContainer', [...words, `Output: ${said}`].join('\n'), { cause });
  }
}
