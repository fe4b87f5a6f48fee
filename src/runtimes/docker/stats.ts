/** What a container uses, as the engine's stats say; kept for a moment. */
import type { Clock } from '../../timing/clock.ts';
import { MeasuredDisk, withDisk } from '../container-disk.ts';
import { type CpuSample, cpuSample } from '../cpu-sample.ts';
import type { Stats, StatsQuery, Usage } from '../runtime.ts';
import { attemptsOf } from './containers.ts';
import { logUse, WritableLayers } from './disk.ts';
import type { DockerHost } from './host.ts';
import { isUp } from './pod-reader.ts';

const FRESH_MS = 5_000;
const NANOS_PER_MS = 1e6;

interface Sample extends CpuSample {
  readonly logPath: string;
}

export class DockerStats implements Stats {
  readonly #host: Pick<DockerHost, 'docker' | 'call' | 'reader'>;
  readonly #clock: Clock;
  readonly #samples = new Map<string, Sample>();
  readonly #layers: WritableLayers;
  readonly #logs: MeasuredDisk;
  readonly #reading = new Map<string, Promise<void>>();

  constructor(host: Pick<DockerHost, 'docker' | 'call' | 'reader'>, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
    this.#layers = new WritableLayers(host, clock);
    this.#logs = new MeasuredDisk(clock);
  }

  /** Asks for newer figures when the last are old. */
  async usage({ podUid, container }: Pick<StatsQuery, 'podUid' | 'container'>): Promise<Usage | undefined> {
    const key = `${podUid}/${container}`;
    const before = this.#samples.get(key);
    if (before === undefined || this.#now() - before.at > FRESH_MS * NANOS_PER_MS) {
      const reading =
        this.#reading.get(key) ?? this.#read(podUid, container, key).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
      await reading;
    }
    const sample = this.#samples.get(key);
    if (sample === undefined) {
      return undefined;
    }
    const { id, logPath, usage } = sample;
    return withDisk(usage, await this.#logs.of(id, () => logUse(logPath)), await this.#layers.of(id));
  }

  #now(): number {
    return this.#clock.monotonic() * NANOS_PER_MS;
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
    const { usage = 0, stats: detail } = stats.memory_stats;
    const { total_inactive_file, inactive_file = total_inactive_file ?? 0 } = (detail ?? {}) as Record<
      string,
      number | undefined
    >;
    const [at, used] = [this.#now(), stats.cpu_stats.cpu_usage.total_usage];
    const memory = Math.max(0, usage - inactive_file);
    const { LogPath: logPath } = await reader.inspect(running);
    this.#samples.set(key, { ...cpuSample({ id, at, used, memory }, this.#samples.get(key)), logPath });
  }
}
