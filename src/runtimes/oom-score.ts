/** How soon the kernel kills a container for want of memory, as far as this host lets anybody say so. */
import { readFile } from 'node:fs/promises';
import type { ContainerSpec } from './specs.ts';

/** To go below one's own score. Source: capabilities(7). */
const CAP_SYS_RESOURCE = 24n;

export async function oomScoreOf({ oomScoreAdj: wanted }: ContainerSpec): Promise<Pick<ContainerSpec, 'oomScoreAdj'>> {
  const allowed = await allowedOomScore(wanted);
  return allowed === undefined ? {} : { oomScoreAdj: allowed };
}

/** What engines of a host without that capability would refuse to start is as low as this process's own. */
export async function allowedOomScore(wanted: number | undefined, proc = '/proc/self'): Promise<number | undefined> {
  if (wanted === undefined || wanted >= 0) {
    return wanted;
  }
  // Of the bounding set: an engine may be more than this process is, but hardly has what nobody here may have.
  const bounds = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile(`${proc}/status`, 'utf8'))?.[1] ?? '0';
  if (((BigInt(`0x${bounds}`) >> CAP_SYS_RESOURCE) & 1n) === 1n) {
    return wanted;
  }
  return Math.max(wanted, Number.parseInt(await readFile(`${proc}/oom_score_adj`, 'utf8'), 10));
}
