/** What containers use, from ListContainerStats: one call for all of them, kept for a moment. */
import type { Clock } from '../../timing/clock.ts';
import type { Stats, Usage } from '../runtime.ts';
import type { CriClient } from './client.ts';
import { CONTAINER_NAME, NODE, POD_UID } from './labels.ts';
import type { CriStats } from './messages.ts';

/** As long as the kubelet keeps what its runtime said. */
const FRESH_MS = 5_000;
const MILLI_PER_CORE = 1_000;

interface Sample extends Usage {
  readonly id: string;
  /** Nanoseconds. */
  readonly at: number;
  readonly used: number;
}

export class CriStatsReader implements Stats {
  readonly #client: CriClient;
  readonly #clock: Clock;
  #samples: ReadonlyMap<string, Sample> = new Map();
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
    const sample = this.#samples.get(`${podUid}/${container}`);
    return sample && { cpu: sample.cpu, memory: sample.memory, cpuSeconds: sample.cpuSeconds ?? 0 };
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

function sampleOf({ attributes: { id }, cpu, memory }: CriStats, before: Sample | undefined): Sample {
  const used = cpu?.usage_core_nano_seconds?.value ?? 0;
  const at = cpu?.timestamp ?? 0;
  const same = before?.id === id && at > before.at ? before : undefined;
  const isNew = before?.id === id && at <= before.at;
  const rate =
    same === undefined ? (isNew ? (before?.cpu ?? 0) : 0) : ((used - same.used) / (at - same.at)) * MILLI_PER_CORE;
  return {
    ...{ id, at, used, cpuSeconds: used / 1e9, cpu: Math.max(0, rate) },
    memory: memory?.working_set_bytes?.value ?? 0,
  };
}
