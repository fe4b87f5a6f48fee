/**
 * How long failed daemons stay, lest a set and a kubelet that rejects its pods fight. In memory, as in Kubernetes: a
 * worker that starts anew is at worst impatient once. Source: failedPodsBackoff, client-go util/flowcontrol/backoff.go.
 */
import type { Clock } from '../../timing/clock.ts';

const FIRST_MS = 1_000;
const MAX_MS = 15 * 60_000;
/** Enough for every node of a large fleet; beyond it old entries are looked for. */
const MANY = 10_000;

interface Entry {
  readonly delayMs: number;
  readonly since: number;
}

export class FailureBackoff {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Pick<Clock, 'monotonic'>;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Milliseconds until the next one may be replaced. */
  remaining(key: string): number {
    const entry = this.#entries.get(key);
    return entry === undefined ? 0 : Math.max(0, entry.since + entry.delayMs - this.#clock.monotonic());
  }

  /** One was replaced: the next has to wait twice as long, unless this is long ago. */
  replaced(key: string): void {
    const now = this.#clock.monotonic();
    if (this.#entries.size >= MANY) {
      this.#forget(now);
    }
    const entry = this.#entries.get(key);
    const isOld = entry === undefined || isForgotten(entry, now);
    this.#entries.set(key, { delayMs: isOld ? FIRST_MS : Math.min(MAX_MS, entry.delayMs * 2), since: now });
  }

  #forget(now: number): void {
    for (const [key, entry] of this.#entries) {
      if (isForgotten(entry, now)) {
        this.#entries.delete(key);
      }
    }
  }
}

const isForgotten = ({ since }: Entry, now: number): boolean => now - since > 2 * MAX_MS;
