/** What containers hold on the disk of their host, beside what else they use. */
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';
import type { DiskUse, Usage } from './runtime.ts';

/** How long a measurement of a file system is reused, as the kubelet does. Source: KubeletConfiguration, volumeStatsAggPeriod. */
const FRESH_MS = 60_000;
const REMEMBERED = 10_000;

interface Measured {
  readonly at: number;
  readonly use: Promise<DiskUse | undefined>;
}

/** Measures a folder at most once a minute, as that reads all of it. */
export class MeasuredDisk {
  readonly #clock: Clock;
  readonly #measured = new BoundedMap<string, Measured>(REMEMBERED);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(key: string, measure: () => Promise<DiskUse | undefined>): Promise<DiskUse | undefined> {
    const at = this.#clock.monotonic();
    const last = this.#measured.get(key);
    if (last !== undefined && at - last.at < FRESH_MS) {
      return last.use;
    }
    const use = measure();
    this.#measured.set(key, { at, use });
    use.catch(() => this.#measured.delete(key));
    return use;
  }
}

/** The usage with the sizes of the container's log and of its writable layer, where they are known. */
export function withDisk(usage: Usage, logs: DiskUse | undefined, rootfs: DiskUse | undefined): Usage {
  return logs === undefined && rootfs === undefined
    ? usage
    : {
        ...usage,
        ephemeralStorage: (logs?.bytes ?? 0) + (rootfs?.bytes ?? 0),
        ...(logs === undefined ? {} : { logs }),
        ...(rootfs === undefined ? {} : { rootfs }),
      };
}
