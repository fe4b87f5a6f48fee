/** Whether a simulated probe fails now, and until when that holds. Pure. */
import { hashString } from '../../timing/random.ts';
import type { ProbeFault } from './handler-settings.ts';
import type { ContainerRecord } from './pod-record.ts';

export interface Verdict {
  readonly fails: boolean;
  /** As in HandlerResult. */
  readonly holdsUntil?: number;
}

/** `draw` names the probe, so that a share of probes fails the same way in every run of a seed. */
export function faultAt(
  { afterMs = 0, forMs = Number.POSITIVE_INFINITY, attempts = Number.POSITIVE_INFINITY, rate = 1 }: ProbeFault,
  { startsAt, attempt }: Pick<ContainerRecord, 'startsAt' | 'attempt'>,
  now: number,
  draw: string,
): Verdict {
  const begins = startsAt + afterMs;
  const ends = begins + forMs;
  if (attempt >= attempts || now >= ends || rate === 0) {
    return { fails: false, holdsUntil: Number.POSITIVE_INFINITY };
  }
  if (now < begins) {
    return { fails: false, holdsUntil: begins };
  }
  return rate === 1
    ? { fails: true, holdsUntil: ends }
    : { fails: hashString(`${draw}/${attempt}/${Math.floor(now / 1_000)}`) / 2 ** 32 < rate };
}
