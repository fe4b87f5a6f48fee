/** A budget that fills with time: so many at once, then so many a second. Source: client-go, util/flowcontrol/throttle.go. */
export interface Rate {
  readonly perSecond: number;
  /** What a full bucket holds. */
  readonly burst: number;
}

/** Begins full. The rate is told at each turn, as it may change meanwhile. */
export class TokenBucket {
  #spent = 0;
  #at = 0;

  /** `now`: monotonic milliseconds. */
  take({ perSecond, burst }: Rate, now: number): boolean {
    this.#spent = Math.max(0, this.#spent - (Math.max(0, now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    if (this.#spent + 1 > burst) {
      return false;
    }
    this.#spent += 1;
    return true;
  }
}
