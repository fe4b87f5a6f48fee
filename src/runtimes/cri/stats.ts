/** What containers use, from ListContainerStats: one call for all of them, kept for a moment. */
import type { Clock } from '../../timing/clock.ts';
import { type CpuSample, cpuSample } from '../cpu-sample.ts';
import type { Stats, Usage } from '../runtime.ts';
import type { CriClient } from './client.ts';
import { CONTAINER_NAME, NODE, POD_UID } from './labels.ts';
import type { CriStats } from './messages.ts';

/** As long as the kubelet keeps what its runtime said. */
const FRESH_MS = 5_000;

export class CriStatsReader implements Stats {
  readonly #client: CriClient;
  readonly #clock: Clock;
  #samples: ReadonlyMap<string, CpuSample> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(client: CriClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Asks for newer figures when the last are old. */
  async usage({
    podUid,
    container,
  }: {
    readonly podUid: string;
    readonly container: string;
  }): Promise<Usage | undefined> {
    if (this.#clock.monotonic() - this.#readAt > FRESH_MS) {
      await this.refresh();
    }
    return this.#samples.get(`${podUid}/${container}`)?.usage;
  }

  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { stats } = await this.#client.call('ListContainerStats', {}, { deadlineMs: 10_000 });
    const ours = stats.filter(({ attributes }) => attributes.labels[NODE] !== undefined);
    this.#samples = new Map(
      ours.map((one) => {
        const { labels } = one.attributes;
        const key = `${labels[POD_UID]}/${labels[CONTAINER_NAME]}`;
        return [key, sampleOf(one, this.#samples.get(key))];
      }),
    );
    this.#readAt = this.#clock.monotonic();
  }
}

const sampleOf = ({ attributes: { id }, cpu, memory }: CriStats, before: CpuSample | undefined): CpuSample => {
  const [at, used] = [cpu?.timestamp ?? 0, cpu?.usage_core_nano_seconds?.value ?? 0];
  return cpuSample({ id, at, used, memory: memory?.working_set_bytes?.value ?? 0 }, before);
};
