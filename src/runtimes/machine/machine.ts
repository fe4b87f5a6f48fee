/**
 * machine/: what a runtime's host is and has left, for nodes whose pods run on it. All virtual nodes of a host are told
 * the same: the host's. Source: cadvisor/machine, kubelet/eviction/helpers.go (makeSignalObservations), 1.34.
 */
import { cpus, release } from 'node:os';
import type { Clock } from '../../timing/clock.ts';
import { type FileSystemRoom, fileSystemOf } from '../disk-of.ts';
import type { HostSignals, Machine, Room } from '../runtime.ts';
import { confinedMemory, machineMemory, textOf } from './memory.ts';

/** Many nodes of one host ask at the same time. */
const FRESH_MS = 2_000;
const KI = 1_024;

interface MachineOptions {
  /** The folder whose file system pods write to. */
  readonly root: string;
  /** Where images are; undefined: nowhere of their own. */
  readonly imageFolder?: () => Promise<string>;
  /** Pods are below this process's cgroup: its limit is theirs. */
  readonly isConfined?: boolean;
  readonly clock: Clock;
  readonly proc?: string;
  readonly cgroup?: string;
  readonly osRelease?: string;
}

export interface MachineParts {
  readonly hostSignals: HostSignals;
  /** For RuntimeInfo. */
  machine(): Promise<Machine>;
}

export function machineOf(options: MachineOptions): MachineParts {
  const { root, clock, proc = '/proc', osRelease = '/etc/os-release' } = options;
  const memory = async (): Promise<Room> => {
    const whole = await machineMemory(proc);
    return options.isConfined === true ? confinedMemory(options.cgroup ?? '/sys/fs/cgroup', whole) : whole;
  };
  let last: { readonly at: number; readonly left: ReturnType<HostSignals['left']> } | undefined;
  return {
    hostSignals: {
      left() {
        const at = clock.monotonic();
        if (last === undefined || at - last.at >= FRESH_MS) {
          last = { at, left: observe(options, proc, memory) };
          last.left.catch(() => {
            last = undefined;
          });
        }
        return last.left;
      },
    },
    async machine() {
      const [{ capacity }, { bytes }, os] = await Promise.all([memory(), fileSystemOf(root), textOf(osRelease)]);
      return {
        capacity: {
          cpu: String(cpus().length),
          memory: `${Math.floor(capacity / KI)}Ki`,
          'ephemeral-storage': `${Math.floor(bytes.capacity / KI)}Ki`,
        },
        kernelVersion: release(),
        osImage: /^PRETTY_NAME="?([^"\n]+)/m.exec(os)?.[1] ?? 'Linux',
      };
    },
  };
}

async function observe(
  { root, imageFolder }: MachineOptions,
  proc: string,
  memory: () => Promise<Room>,
): ReturnType<HostSignals['left']> {
  const images = await imageFolder?.();
  const [memoryLeft, nodeFs, imageFs, pids] = await Promise.all([
    memory(),
    fileSystemOf(root),
    images === undefined ? undefined : visibleFileSystem(images),
    processes(proc),
  ]);
  const found = [
    ['memory.available', memoryLeft],
    ['nodefs.available', nodeFs.bytes],
    ['nodefs.inodesFree', nodeFs.inodes],
    ['imagefs.available', imageFs?.bytes],
    ['imagefs.inodesFree', imageFs?.inodes],
    ['pid.available', pids],
  ] as const;
  return new Map(found.flatMap(([signal, room]) => (room === undefined ? [] : [[signal, room] as const])));
}

/** A worker in a container need not see where its runtime keeps images. */
async function visibleFileSystem(path: string): Promise<FileSystemRoom | undefined> {
  try {
    return await fileSystemOf(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Source: kubelet/stats/pidlimit/pidlimit_linux.go. */
async function processes(proc: string): Promise<Room | undefined> {
  const [most, threads, load] = await Promise.all([
    textOf(proc, 'sys/kernel/pid_max'),
    textOf(proc, 'sys/kernel/threads-max'),
    textOf(proc, 'loadavg'),
  ]);
  const capacity = Math.min(Number.parseInt(most, 10), Number.parseInt(threads, 10));
  const running = Number(/\d+\/(\d+)/.exec(load)?.[1]);
  return Number.isNaN(capacity + running) ? undefined : { capacity, available: Math.max(0, capacity - running) };
}
