/** What a container uses, as the engine's stats say; kept for a moment. */
import type { Clock } from '../../timing/clock.ts';
import type { Stats, StatsQuery, Usage } from '../runtime.ts';
import { runningContainer } from './containers.ts';
import type { DockerHost } from './host.ts';

const FRESH_MS = 5_000;
const MILLI_PER_CORE = 1_000;

interface Sample extends Usage {
  readonly id: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  /** CPU in nanoseconds. */
  readonly used: number;
}

export class DockerStats implements Stats {
  readonly #host: Pick<DockerHost, 'docker' | 'call' | 'reader'>;
  readonly #clock: Clock;
  readonly #samples = new Map<string, Sample>();
  readonly #asked = new Set<string>();

  constructor(host: Pick<DockerHost, 'docker' | 'call' | 'reader'>, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  /** What was last read; asks for newer figures when those are old. */
  usage({ podUid, container }: Pick<StatsQuery, 'podUid' | 'container'>): Usage {
    const key = `${podUid}/${container}`;
    const { cpu = 0, memory = 0, cpuSeconds, at = Number.NEGATIVE_INFINITY } = this.#samples.get(key) ?? {};
    if (this.#clock.monotonic() - at > FRESH_MS && !this.#asked.has(key)) {
      this.#asked.add(key);
      // The figures of before stand while the engine does not answer.
      this.#read(podUid, container, key)
        .catch(() => this.#samples.delete(key))
        .finally(() => this.#asked.delete(key));
    }
    return { cpu, memory, ...(cpuSeconds === undefined ? {} : { cpuSeconds }) };
  }

  async #read(uid: string, name: string, key: string): Promise<void> {
    const { docker, call, reader } = this.#host;
    const { Id: id } = runningContainer(await reader.parts(uid), name);
    const query = { stream: false as const, 'one-shot': true };
    const stats = await call(docker.getContainer(id).stats(query), undefined, 10_000);
    const used = stats.cpu_stats.cpu_usage.total_usage;
    const at = this.#clock.monotonic();
    const before = this.#samples.get(key);
    const cpu =
      before?.id === id && at > before.at ? ((used - before.used) / 1e6 / (at - before.at)) * MILLI_PER_CORE : 0;
    const { usage = 0, stats: detail } = stats.memory_stats;
    const { total_inactive_file, inactive_file = total_inactive_file ?? 0 } = (detail ?? {}) as Record<
      string,
      number | undefined
    >;
    this.#samples.set(key, {
      ...{ id, at, used, cpu, cpuSeconds: used / 1e9 },
      memory: Math.max(0, usage - inactive_file),
    });
  }
}
