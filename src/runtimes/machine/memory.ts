/** The memory of a machine, or of the cgroup that this process is confined to. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Room } from '../runtime.ts';

const KI = 1_024;

/** Files that may not be there say nothing. */
export const textOf = (...path: string[]): Promise<string> => readFile(join(...path), 'utf8').catch(() => '');

/** Without the working set: cached files that nobody uses are given up. Source: cadvisor, the root cgroup's stats. */
export async function machineMemory(proc: string): Promise<Room> {
  const text = await readFile(join(proc, 'meminfo'), 'utf8');
  const bytes = (name: string): number => {
    const line = text.split('\n').find((one) => one.startsWith(`${name}:`));
    return Number.parseInt(line?.slice(name.length + 1) ?? '0', 10) * KI;
  };
  return { capacity: bytes('MemTotal'), available: bytes('MemFree') + bytes('Inactive(file)') };
}

const VERSIONS = [
  { limit: 'memory.max', used: 'memory.current', stat: 'memory.stat', inactive: 'inactive_file' },
  {
    limit: 'memory/memory.limit_in_bytes',
    used: 'memory/memory.usage_in_bytes',
    stat: 'memory/memory.stat',
    inactive: 'total_inactive_file',
  },
];

/** Of what is below the cgroup, where that has a limit below the machine's. */
export async function confinedMemory(cgroup: string, machine: Room): Promise<Room> {
  for (const { limit, used, stat, inactive } of VERSIONS) {
    const capacity = Number.parseInt(await textOf(cgroup, limit), 10);
    if (capacity < machine.capacity) {
      const [usage, stats] = await Promise.all([textOf(cgroup, used), textOf(cgroup, stat)]);
      const given = Number(new RegExp(`^${inactive} (\\d+)$`, 'm').exec(stats)?.[1] ?? 0);
      const left = capacity - (Number.parseInt(usage, 10) - given);
      return { capacity, available: Math.max(0, Math.min(left, machine.available)) };
    }
  }
  return machine;
}
