/** The rate of a counter of CPU time, between two looks at it. */
import type { Usage } from './runtime.ts';

const MILLI_PER_CORE = 1_000;

export interface CpuSample {
  /** Of the container: another one begins anew. */
  readonly id: string;
  /** When it was counted, in nanoseconds of one clock. */
  readonly at: number;
  /** CPU time in nanoseconds. */
  readonly used: number;
  readonly usage: Usage;
}

/** `memory` in bytes. A counter that was not moved on since keeps its rate; a first look has none. */
export function cpuSample(
  { id, at, used, memory }: Omit<CpuSample, 'usage'> & { readonly memory: number },
  before: CpuSample | undefined,
): CpuSample {
  const last = before?.id === id ? before : undefined;
  const isLater = last !== undefined && at > last.at;
  const rate = isLater ? ((used - last.used) / (at - last.at)) * MILLI_PER_CORE : (last?.usage.cpu ?? 0);
  return { id, at, used, usage: { cpu: Math.max(0, rate), memory, cpuSeconds: used / 1e9 } };
}
