/** What Linux says of a process. */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** USER_HZ, fixed by the kernel's ABI. */
const TICKS_PER_SECOND = 100;

/** User and system time so far, that of children which have ended included. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** Of a postmaster and its backends. One that ends between the two reads is missed: pools keep theirs. */
async function ofFamily(pid: number, figure: (pid: number) => Promise<number>): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
  const all = await Promise.all([pid, ...children].map((one) => figure(one).catch(() => 0)));
  return all.reduce((sum, value) => sum + value, 0);
}
const familySeconds = (pid: number): Promise<number> => ofFamily(pid, cpuSeconds);

/** What backends share is counted once: each has its part of it. */
async function proportionalMB(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return (Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]) * 1024) / 1e6;
}
/** Of a postmaster and its backends. */
export const postgresMB = (postmaster: number): Promise<number> => ofFamily(postmaster, proportionalMB);

/** For a row's note: what every process of Flotilla holds now. */
export async function renderMemory(pid: number, postmaster: number): Promise<string> {
  const [node, postgres] = await Promise.all([residentMB(pid), postgresMB(postmaster)]);
  return `memory: Node ${node.toFixed(0)} MB, PostgreSQL ${postgres.toFixed(0)} MB`;
}

/** Of all processors since they started: what anybody, the generators too, had of them. */
const busySeconds = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1_000;

/** What a process spent while `run` ran: holds on a busy machine too, where rates do not. */
export interface Spent<T> {
  readonly result: T;
  readonly seconds: number;
  /** By PostgreSQL with all its backends; 0 when its postmaster was not named. */
  readonly postgresSeconds: number;
  /** Of the process, on average. */
  readonly cores: number;
  /** Of all processes of the machine: near the number of its cores, the machine is full. */
  readonly machineCores: number;
}

export async function spentDuring<T>(pid: number, run: () => Promise<T>, postmaster?: number): Promise<Spent<T>> {
  const postgresNow = async (): Promise<number> => (postmaster === undefined ? 0 : familySeconds(postmaster));
  const [cpu, postgres, busy, time] = [await cpuSeconds(pid), await postgresNow(), busySeconds(), performance.now()];
  const result = await run();
  const seconds = (await cpuSeconds(pid)) - cpu;
  const passed = (performance.now() - time) / 1_000;
  return {
    ...{ result, seconds, cores: seconds / passed, machineCores: (busySeconds() - busy) / passed },
    postgresSeconds: (await postgresNow()) - postgres,
  };
}

/** For a row's note. `count` is all that was done meanwhile, warm-up included. */
export function renderSpent(
  { seconds, postgresSeconds, cores, machineCores }: Omit<Spent<unknown>, 'result'>,
  count: number,
): string {
  const each = (total: number): string => ((total * 1e6) / count).toFixed(0);
  return `CPU each: server ${each(seconds)} µs, PostgreSQL ${each(postgresSeconds)} µs; server ${cores.toFixed(2)} cores of the ${machineCores.toFixed(2)} in use`;
}

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
