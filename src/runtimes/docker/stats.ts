/** What a container uses, as the engine's stats say; kept for a moment. */
import type { Clock } from '../../timing/clock.ts';
import type { Stats, StatsQuery, Usage } from '../runtime.ts';
import { attemptsOf } from './containers.ts';
import type { DockerHost } from './host.ts';
import { isUp } from './pod-reader.ts';

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
  readonly #reading = new Map<string, Promise<void>>();

  constructor(host: Pick<DockerHost, 'docker' | 'call' | 'reader'>, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  /** Asks for newer figures when the last are old. */
  async usage({ podUid, container }: Pick<StatsQuery, 'podUid' | 'container'>): Promise<Usage | undefined> {
    const key = `${podUid}/${container}`;
    const before = this.#samples.get(key);
    if (before === undefined || this.#clock.monotonic() - before.at > FRESH_MS) {
      const reading =
        this.#reading.get(key) ?? this.#read(podUid, container, key).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
      await reading;
    }
    const sample = this.#samples.get(key);
    return sample && { cpu: sample.cpu, memory: sample.memory, cpuSeconds: sample.cpuSeconds ?? 0 };
  }

  async #read(uid: string, name: string, key: string): Promise<void> {
    const { docker, call, reader } = this.#host;
    const running = attemptsOf(await reader.parts(uid), name).findLast(isUp);
    if (running === undefined) {
      this.#samples.delete(key);
      return;
    }
    const { Id: id } = running;
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
