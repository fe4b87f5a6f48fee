/** What /proc tells of a process. */
import { readFileSync } from 'node:fs';

/** When it started, in ticks since the host did; undefined: it is gone, or a zombie. */
export function startTicks(pid: number): number | undefined {
  try {
    const [state, ...fields] = (readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1] ?? '').split(' ');
    return state === 'Z' ? undefined : Number(fields[18]);
  } catch {
    // No such process.
    return undefined;
  }
}

/** The first process within namespaces that a program like unshare made. */
export function childOf(pid: number): number | undefined {
  try {
    const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ');
    return child === '' ? undefined : Number(child);
  } catch {
    return undefined;
  }
}
