/** Points as they add up over plugins. */
import type { Scorer } from '../plugins/plugin.ts';

export interface Weighted<S extends Scorer> {
  readonly weight: number;
  readonly scorer: S;
}

/** Adds `points` to `totals`, in place, once the scorer has brought them into 0 to 100. */
export function addNormalized(totals: number[], points: number[], weight: number, { normalize }: Scorer): void {
  normalize?.(points);
  // By index: entries() took a sixth of the time of a choice among 500 nodes.
  for (let index = 0; index < points.length; index += 1) {
    totals[index] = (totals[index] ?? 0) + weight * (points[index] ?? 0);
  }
}
