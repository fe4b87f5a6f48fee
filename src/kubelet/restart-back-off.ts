/**
 * The crash back-off: the first restart at once, then 10 s doubling to 5 min, back to none after 10 min of running.
 * Derived from what the container's last two runs show, never from memory, so that it survives a worker.
 * Source: kubelet MaxContainerBackOff, flowcontrol.Backoff.
 */
const INITIAL_MS = 10_000;
/** KubeletConfiguration crashLoopBackOff.maxContainerRestartPeriod. */
const MAX_MS = 300_000;
const RESET_AFTER_MS = 600_000;
/** Statuses hold whole seconds: a gap of 10 s may read as 9. */
const ROUNDING_MS = 1_000;

/** One run of a container, in milliseconds since the epoch. */
export interface Run {
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** Milliseconds between the end of `last` and the restart. `restarts`: how often it was restarted so far. */
export function crashBackOffMs(restarts: number, last: Run, before: Run | undefined, maxMs = MAX_MS): number {
  if (restarts <= 0 || last.finishedAt - last.startedAt >= RESET_AFTER_MS) {
    return 0;
  }
  // The count bounds it from above (a long outage between two runs is no back-off), the gap knows of a reset.
  const byCount = Math.min(INITIAL_MS * 2 ** Math.min(restarts - 1, 10), maxMs);
  const byGap = before === undefined ? maxMs : afterGap(last.startedAt - before.finishedAt);
  return Math.min(byCount, byGap);
}

/** The step after the one that a gap between two runs shows. */
function afterGap(gapMs: number): number {
  if (gapMs + ROUNDING_MS < INITIAL_MS) {
    return INITIAL_MS;
  }
  let step = INITIAL_MS;
  while (step * 2 <= gapMs + ROUNDING_MS && step < MAX_MS) {
    step *= 2;
  }
  return Math.min(step * 2, MAX_MS);
}

/** Milliseconds still to wait at `now`; never more than the back-off itself, whatever the clock did meanwhile. */
export const remainingBackOffMs = (backOffMs: number, finishedAt: number, now: number): number =>
  Math.max(0, Math.min(backOffMs, finishedAt + backOffMs - now));
