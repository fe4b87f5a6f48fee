/** How often this process has run each probe, to what result, and how long it took; a restart begins anew, as with any counter. */
import { BoundedMap } from '../../timing/bounded-map.ts';

export type ProbeResult = 'successful' | 'failed' | 'unknown';

const MAX_PODS = 100_000;
const MAX_TIMED = 20_000;

export interface ProbeCount {
  readonly container: string;
  readonly type: string;
  readonly result: ProbeResult;
  readonly count: number;
}

/** Source: prometheus, DefBuckets; in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface ProbeDurations {
  readonly container: string;
  readonly type: string;
  /** How many took no longer than that many seconds; the last bound has no end. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
  readonly seconds: number;
}

interface Timed {
  readonly container: string;
  readonly type: string;
  readonly counts: number[];
  seconds: number;
}

export class ProbeCounts {
  readonly #pods = new BoundedMap<string, Map<string, ProbeCount>>(MAX_PODS);
  readonly #times = new BoundedMap<string, Map<string, Timed>>(MAX_TIMED);

  add(podUid: string, container: string, type: string, result: ProbeResult): void {
    const known = this.#pods.get(podUid);
    const counts = known ?? new Map<string, ProbeCount>();
    if (known === undefined) {
      this.#pods.set(podUid, counts);
    }
    const key = `${container}/${type}/${result}`;
    counts.set(key, { container, type, result, count: (counts.get(key)?.count ?? 0) + 1 });
  }

  of(podUid: string): readonly ProbeCount[] {
    return [...(this.#pods.get(podUid)?.values() ?? [])];
  }

  /** Of a probe that did not fail. */
  took(podUid: string, container: string, type: string, seconds: number): void {
    const times = this.#times.get(podUid) ?? new Map<string, Timed>();
    this.#times.set(podUid, times);
    const key = `${container}/${type}`;
    const timed = times.get(key) ?? { container, type, counts: Array(BOUNDS.length + 1).fill(0), seconds: 0 };
    times.set(key, timed);
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    const at = bucket === -1 ? BOUNDS.length : bucket;
    timed.counts[at] = (timed.counts[at] ?? 0) + 1;
    timed.seconds += seconds;
  }

  durationsOf(podUid: string): readonly ProbeDurations[] {
    return Array.from(this.#times.get(podUid)?.values() ?? [], ({ container, type, counts, seconds }) => {
      let sum = 0;
      const buckets = counts.map((count, i) => {
        sum += count;
        return [BOUNDS[i] ?? Number.POSITIVE_INFINITY, sum] as const;
      });
      return { container, type, buckets, seconds };
    });
  }
}
