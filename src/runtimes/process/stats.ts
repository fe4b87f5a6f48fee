/** What a container uses, as its cgroup counts; the rate is that since it was asked for last. */
import { type CpuSample, cpuSample } from '../cpu-sample.ts';
import type { Stats, StatsQuery, Usage } from '../runtime.ts';
import type { ProcessHost } from './host.ts';

const NANOS_PER_MS = 1e6;
/** Two that ask at once get one rate. */
const FRESH_MS = 1_000;

export class ProcessStats implements Stats {
  readonly #host: ProcessHost;
  readonly #samples = new Map<string, CpuSample>();
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
    const at = clock.monotonic() * NANOS_PER_MS;
    const before = this.#samples.get(run.id);
    if (before !== undefined && at - before.at < FRESH_MS * NANOS_PER_MS) {
      return before.usage;
    }
    const counted = await cgroups.read(run.id).catch(() => undefined);
    if (counted === undefined) {
      return undefined;
    }
    const { cpuNanos: used, memory } = counted;
    const sample = cpuSample({ id: run.id, at, used, memory }, before);
    this.#samples.set(run.id, sample);
    return sample.usage;
  }
}
