/** Is the memory flat? Pure. */
import { median } from '../statistics.ts';

/** Caches fill, the code gets compiled and the history reaches its age in these. */
export const WARM_UP_MINUTES = 8;
/** A garbage-collected heap breathes by about this much. */
const BREATH = 0.1;

export interface Verdict {
  readonly isFlat: boolean;
  readonly text: string;
}

/** Compares the first third of the minutes after the warm-up with the last third. */
export function judge(rssOfMinutes: readonly number[]): Verdict {
  const warm = rssOfMinutes.slice(WARM_UP_MINUTES);
  const third = Math.floor(warm.length / 3);
  if (third === 0) {
    return { isFlat: false, text: `too short: at least ${WARM_UP_MINUTES + 3} minutes tell something` };
  }
  const [early, late] = [median(warm.slice(0, third)), median(warm.slice(-third))];
  const growth = late / early - 1;
  const isFlat = growth <= BREATH;
  const change = `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %`;
  const text = `RSS ${early.toFixed(0)} MB (median of minutes ${WARM_UP_MINUTES + 1} to ${WARM_UP_MINUTES + third}) → ${late.toFixed(0)} MB (last ${third}): ${change}, ${isFlat ? 'flat' : 'growing'}`;
  return { isFlat, text };
}
