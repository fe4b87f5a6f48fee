/** cgroups of containers, where the worker may make them: v1 by controller, or v2. Without them nothing is limited or counted. */
import { constants } from 'node:fs';
import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerResources } from '../runtime.ts';

const ROOT = '/sys/fs/cgroup';
const OURS = 'flotilla';
const PERIOD_US = 100_000;
const NONE = 'max';

export interface Cgroup {
  /** Folders whose `cgroup.procs` the program joins. */
  readonly folders: readonly string[];
  /** Files that tell how often memory ran out. */
  readonly oomFiles: readonly string[];
}
export interface Counted {
  readonly cpuNanos: number;
  readonly memory: number;
}

export interface Cgroups {
  make(id: string, limits: ContainerResources, maxProcesses: number): Promise<Cgroup>;
  set(id: string, limits: ContainerResources): Promise<void>;
  read(id: string): Promise<Counted>;
  remove(id: string): Promise<void>;
}

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
const numberIn = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
const read = (...path: string[]): Promise<string> => readFile(join(...path), 'utf8');

/** undefined: there are none that this process may use. */
export async function findCgroups(): Promise<Cgroups | undefined> {
  if (await isWritable(join(ROOT, 'memory/cgroup.procs'))) {
    return firstVersion();
  }
  const isSecond = await isWritable(join(ROOT, 'cgroup.subtree_control'));
  return isSecond ? secondVersion().catch(() => undefined) : undefined;
}

function firstVersion(): Cgroups {
  const folder = (controller: string, id: string): string => join(ROOT, controller, OURS, id);
  const set: Cgroups['set'] = async (id, { cpuLimit, memoryLimit, cpuRequest }) => {
    const quota = cpuLimit === undefined ? -1 : Math.max(1_000, Math.round((cpuLimit / 1_000) * PERIOD_US));
    await writeFile(join(folder('cpu', id), 'cpu.cfs_quota_us'), String(quota));
    const shares = Math.max(2, Math.round(((cpuRequest ?? 0) * 1_024) / 1_000));
    await writeFile(join(folder('cpu', id), 'cpu.shares'), String(shares));
    await writeFile(join(folder('memory', id), 'memory.limit_in_bytes'), String(memoryLimit ?? -1));
  };
  return {
    set,
    async make(id, limits, maxProcesses) {
      const folders = ['cpu', 'cpuacct', 'memory', 'pids'].map((controller) => folder(controller, id));
      for (const each of folders) {
        await mkdir(each, { recursive: true });
      }
      await set(id, limits);
      await writeFile(join(folder('pids', id), 'pids.max'), maxProcesses > 0 ? String(maxProcesses) : NONE);
      return { folders, oomFiles: [join(folder('memory', id), 'memory.oom_control')] };
    },
    async read(id) {
      const [cpu, used, detail] = await Promise.all([
        read(folder('cpuacct', id), 'cpuacct.usage'),
        read(folder('memory', id), 'memory.usage_in_bytes'),
        read(folder('memory', id), 'memory.stat'),
      ]);
      return { cpuNanos: Number(cpu), memory: Math.max(0, Number(used) - numberIn(detail, 'total_inactive_file')) };
    },
    async remove(id) {
      await Promise.all(
        ['cpu', 'cpuacct', 'memory', 'pids'].map((each) => rmdir(folder(each, id)).catch(() => undefined)),
      );
    },
  };
}

async function secondVersion(): Promise<Cgroups> {
  const parent = join(ROOT, OURS);
  await mkdir(parent, { recursive: true });
  for (const each of [ROOT, parent]) {
    await writeFile(join(each, 'cgroup.subtree_control'), '+cpu +memory +pids');
  }
  const folder = (id: string): string => join(parent, id);
  const set: Cgroups['set'] = async (id, { cpuLimit, memoryLimit }) => {
    const quota = cpuLimit === undefined ? NONE : Math.max(1_000, Math.round((cpuLimit / 1_000) * PERIOD_US));
    await writeFile(join(folder(id), 'cpu.max'), `${quota} ${PERIOD_US}`);
    await writeFile(join(folder(id), 'memory.max'), String(memoryLimit ?? NONE));
  };
  return {
    set,
    async make(id, limits, maxProcesses) {
      await mkdir(folder(id), { recursive: true });
      await set(id, limits);
      await writeFile(join(folder(id), 'pids.max'), maxProcesses > 0 ? String(maxProcesses) : NONE);
      return { folders: [folder(id)], oomFiles: [join(folder(id), 'memory.events')] };
    },
    async read(id) {
      const [cpu, used, detail] = await Promise.all([
        read(folder(id), 'cpu.stat'),
        read(folder(id), 'memory.current'),
        read(folder(id), 'memory.stat'),
      ]);
      const memory = Math.max(0, Number(used) - numberIn(detail, 'inactive_file'));
      return { cpuNanos: numberIn(cpu, 'usage_usec') * 1_000, memory };
    },
    async remove(id) {
      await rmdir(folder(id)).catch(() => undefined);
    },
  };
}
