/** What a daemon of the tests leaves on the host, or has to find there. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { OciRuntime } from './daemon.ts';

const run = promisify(execFile);

/** What is mounted below it later reaches the daemon's namespace, as on a host whose mounts are shared. */
export async function shareMounts(folder: string): Promise<void> {
  await mkdir(folder);
  await run('mount', ['--bind', folder, folder]);
  await run('mount', ['--make-shared', folder]);
}

/** What watches containers outlives its daemon; ours name our folder. */
export async function endShims(folder: string, program = 'containerd-shim'): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(program) && command.includes(folder)) {
      const children = await childrenOf(Number(pid));
      for (const one of [Number(pid), ...children]) {
        try {
          process.kill(one, 'SIGKILL');
        } catch {
          // Ended meanwhile.
        }
      }
    }
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** What was mounted in the daemon's own namespace is gone with it; network namespaces of sandboxes are on the host. */
export async function unmountAll(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  for (const path of mounts.filter((one) => one.startsWith(folder)).reverse()) {
    await run('umount', ['-l', path]).catch(() => undefined);
  }
}

/** Of the folder where it keeps the container's state: runc calls its file so, and crun another. */
export async function ociRuntimeOf(folder: string): Promise<OciRuntime | undefined> {
  const files: readonly string[] = await readdir(folder).catch(() => []);
  return files.includes('state.json') ? 'runc' : files.includes('status') ? 'crun' : undefined;
}
