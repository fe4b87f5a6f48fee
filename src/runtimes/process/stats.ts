/** What a container uses, as its cgroup counts; the rate is that since it was asked for last. */
import type { Stats, StatsQuery, Usage } from '../runtime.ts';
import type { ProcessHost } from './host.ts';

const NANOS_PER_MS = 1e6;
const MILLI_PER_CORE = 1_000;
/** Two that ask at once get one rate. */
const FRESH_MS = 1_000;

interface Sample {
  readonly at: number;
  readonly cpuNanos: number;
  readonly usage: Usage;
}

export class ProcessStats implements Stats {
  readonly #host: ProcessHost;
  readonly #samples = new Map<string, Sample>();
  constructor(host: ProcessHost) {
    this.#host = host;
  }

  forget(id: string): void {
    this.#samples.delete(id);
  }

  async usage({ podUid, container }: Pick<StatsQuery, 'podUid' | 'container'>): Promise<Usage | undefined> {
    const { records, cgroups, clock } = this.#host;
    const run = (await records.runs(podUid)).findLast(({ name }) => name === container);
    if (run === undefined || cgroups === undefined) {
      return undefined;
    }
    const at = clock.monotonic();
    const before = this.#samples.get(run.id);
    if (before !== undefined && at - before.at < FRESH_MS) {
      return before.usage;
    }
    const counted = await cgroups.read(run.id).catch(() => undefined);
    if (counted === undefined) {
      return undefined;
    }
    const { cpuNanos, memory } = counted;
    const rate =
      before === undefined ? 0 : ((cpuNanos - before.cpuNanos) / NANOS_PER_MS / (at - before.at)) * MILLI_PER_CORE;
    const usage = { cpu: rate, memory, cpuSeconds: cpuNanos / 1e9 };
    this.#samples.set(run.id, { at, cpuNanos, usage });
    return usage;
  }
}
