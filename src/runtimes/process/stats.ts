/** What a container uses, as its cgroup counts, and its log; the rate is that since it was asked for last. */
import { dirname } from 'node:path';
import { MeasuredDisk, withDisk } from '../container-disk.ts';
import { type CpuSample, cpuSample } from '../cpu-sample.ts';
import { diskUse } from '../pod-folders/disk-use.ts';
import type { Stats, StatsQuery, Usage } from '../runtime.ts';
import type { ProcessHost } from './host.ts';
import type { ContainerRecord } from './records.ts';

const NANOS_PER_MS = 1e6;
/** Two that ask at once get one rate. */
const FRESH_MS = 1_000;

export class ProcessStats implements Stats {
  readonly #host: ProcessHost;
  readonly #samples = new Map<string, CpuSample>();
  readonly #logs: MeasuredDisk;
  constructor(host: ProcessHost) {
    this.#host = host;
    this.#logs = new MeasuredDisk(host.clock);
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
      return this.#withLog(before.usage, run);
    }
    const counted = await cgroups.read(run.id).catch(() => undefined);
    if (counted === undefined) {
      return undefined;
    }
    const { cpuNanos: used, memory } = counted;
    const sample = cpuSample({ id: run.id, at, used, memory }, before);
    this.#samples.set(run.id, sample);
    return this.#withLog(sample.usage, run);
  }

  /** Its root file system is the host's: nothing there is its own. */
  async #withLog(usage: Usage, { id, logPath }: ContainerRecord): Promise<Usage> {
    return withDisk(usage, await this.#logs.of(id, () => diskUse(dirname(logPath))), undefined);
  }
}
