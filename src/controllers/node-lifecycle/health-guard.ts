/**
 * Whether old leases may be believed. A controller that has just started, slept, or saw every lease stall at once
 * looks at its own outage, not at dead nodes: it waits a whole grace period more before it judges anyone. Pure.
 */
export class HealthGuard {
  readonly #graceMs: number;
  readonly #sleptMs: number;
  #since: number | undefined;
  #last = 0;
  #allStalledSince: number | undefined;

  /** `periodMs`: of the looks. Whoever missed three of them, or half a grace period, has slept. */
  constructor(graceMs: number, periodMs: number) {
    this.#graceMs = graceMs;
    this.#sleptMs = Math.max(graceMs / 2, periodMs * 3);
  }

  /** One look, at monotonic time `now`: of `total` nodes `stale` are overdue. True: the overdue ones are dead. */
  mayJudge(now: number, total: number, stale: number): boolean {
    if (this.#since === undefined || now - this.#last > this.#sleptMs) {
      this.#since = now;
    }
    this.#last = now;
    if (total > 0 && stale === total) {
      this.#allStalledSince ??= now;
    } else if (this.#allStalledSince !== undefined) {
      this.#allStalledSince = undefined;
      this.#since = now;
    }
    return now - this.#since >= this.#graceMs && now - (this.#allStalledSince ?? now - this.#graceMs) >= this.#graceMs;
  }
}
