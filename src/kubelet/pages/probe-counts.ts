/** How often this process has run each probe, and to what result; a restart begins anew, as with any counter. */
import { BoundedMap } from '../../timing/bounded-map.ts';

export type ProbeResult = 'successful' | 'failed' | 'unknown';

const MAX_PODS = 100_000;

export interface ProbeCount {
  readonly container: string;
  readonly type: string;
  readonly result: ProbeResult;
  readonly count: number;
}

export class ProbeCounts {
  readonly #pods = new BoundedMap<string, Map<string, ProbeCount>>(MAX_PODS);

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
}
