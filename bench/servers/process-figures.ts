/** What Linux says of a process. */
import { readFile, writeFile } from 'node:fs/promises';

/** USER_HZ, fixed by the kernel's ABI. */
const TICKS_PER_SECOND = 100;

/** User and system time so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** What a process spent while `run` ran: holds on a busy machine too, where rates do not. */
export interface Spent<T> {
  readonly result: T;
  readonly seconds: number;
  /** On average. */
  readonly cores: number;
}

export async function spentDuring<T>(pid: number, run: () => Promise<T>): Promise<Spent<T>> {
  const [cpu, time] = [await cpuSeconds(pid), performance.now()];
  const result = await run();
  const seconds = (await cpuSeconds(pid)) - cpu;
  return { result, seconds, cores: seconds / ((performance.now() - time) / 1_000) };
}

/** For a row's note. `count` is all that was done meanwhile, warm-up included. */
export const renderSpent = ({ seconds, cores }: Omit<Spent<unknown>, 'result'>, count: number): string =>
  `server ${((seconds * 1_000) / count).toFixed(2)} ms of CPU each, ${cores.toFixed(2)} cores`;

async function statusMB(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) * 1024) / 1e6;
}

export const residentMB = (pid: number): Promise<number> => statusMB(pid, 'VmRSS');

/** Resident memory now, and a function that tells the peak since. */
export async function watchMemory(pid: number): Promise<{ before: number; peak: () => Promise<number> }> {
  // 5: forget the peak so far, see proc(5).
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  return { before: await residentMB(pid), peak: () => statusMB(pid, 'VmHWM') };
}
