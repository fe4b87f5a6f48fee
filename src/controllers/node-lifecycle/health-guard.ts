/**
 * Whether old leases may be believed. A controller that has just started or slept looks at its own outage, not at dead
 * nodes: it waits a grace period before it judges anyone, and once more when a fleet that stalled whole comes back.
 * Nodes that all stalled under its eyes are silent, as in Kubernetes: only evictions stop then (zone-pace). Pure.
 */
export class HealthGuard {
  readonly #graceMs: number;
  readonly #sleptMs: number;
  #since: number | undefined;
  #last = 0;
  #allStalled = false;

  /** `periodMs`: of the looks. Whoever missed three of them, or half a grace period, has slept. */
  constructor(graceMs: number, periodMs: number) {
    this.#graceMs = graceMs;
    this.#sleptMs = Math.max(graceMs / 2, periodMs * 3);
  }

  /** One look, at monotonic time `now`: of `total` nodes `stale` are overdue. True: the overdue ones are dead. */
  mayJudge(now: number, total: number, stale: number): boolean {
    const allStalled = total > 0 && stale === total;
    const isBack = this.#allStalled && !allStalled;
    if (this.#since === undefined || isBack || now - this.#last > this.#sleptMs) {
      this.#since = now;
    }
    this.#last = now;
    this.#allStalled = allStalled;
    return now - this.#since >= this.#graceMs;
  }
}
