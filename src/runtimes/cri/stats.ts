/** What containers use, from ListContainerStats: one call for all of them, kept for a moment; logs are ours to measure. */
import { join } from 'node:path';
import type { Clock } from '../../timing/clock.ts';
import { MeasuredDisk, withDisk } from '../container-disk.ts';
import { type CpuSample, cpuSample } from '../cpu-sample.ts';
import { diskUse } from '../pod-folders/disk-use.ts';
import type { PodFolders } from '../pod-folders/pod-folders.ts';
import type { DiskUse, Stats, Usage } from '../runtime.ts';
import type { CriClient } from './client.ts';
import { CONTAINER_NAME, NODE, POD_UID } from './labels.ts';
import type { CriStats } from './messages.ts';

/** As long as the kubelet keeps what its runtime said. */
const FRESH_MS = 5_000;

interface Sample extends CpuSample {
  readonly rootfs: DiskUse | undefined;
}

export class CriStatsReader implements Stats {
  readonly #client: CriClient;
  readonly #clock: Clock;
  readonly #folders: PodFolders;
  readonly #logs: MeasuredDisk;
  #samples: ReadonlyMap<string, Sample> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(client: CriClient, folders: PodFolders, clock: Clock) {
    this.#client = client;
    this.#folders = folders;
    this.#clock = clock;
    this.#logs = new MeasuredDisk(clock);
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
    const key = `${podUid}/${container}`;
    const sample = this.#samples.get(key);
    if (sample === undefined) {
      return undefined;
    }
    const folder = join(this.#folders.logs(podUid), container);
    return withDisk(sample.usage, await this.#logs.of(key, () => diskUse(folder)), sample.rootfs);
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

const sampleOf = (
  { attributes: { id }, cpu, memory, writable_layer: layer }: CriStats,
  before: CpuSample | undefined,
): Sample => {
  const [at, used] = [cpu?.timestamp ?? 0, cpu?.usage_core_nano_seconds?.value ?? 0];
  const [bytes, inodes] = [layer?.used_bytes?.value, layer?.inodes_used?.value];
  return {
    ...cpuSample({ id, at, used, memory: memory?.working_set_bytes?.value ?? 0 }, before),
    rootfs: bytes === undefined ? undefined : { bytes, ...(inodes === undefined ? {} : { inodes }) },
  };
};
