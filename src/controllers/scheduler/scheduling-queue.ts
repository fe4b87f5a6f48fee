/**
 * When each pending pod is tried. New ones at once; unschedulable ones after something changed that may help, at the
 * latest after 5 min, and never before their back-off. In memory: a restart only tries everything once.
 * Source: scheduler/backend/queue/scheduling_queue.go.
 */
import type { PodInfo } from '../views/pod-info.ts';

const FIRST_BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 10_000;
const PARKED_MS = 300_000;

interface Attempt {
  readonly count: number;
  readonly backOffUntil: number;
  parkedUntil: number;
}

export class SchedulingQueue {
  readonly #attempts = new Map<string, Attempt>();

  /** Monotonic time before which the pod is not tried. */
  readyAt({ uid }: PodInfo): number {
    const attempt = this.#attempts.get(uid);
    return attempt === undefined ? 0 : Math.max(attempt.backOffUntil, attempt.parkedUntil);
  }

  /** `parked`: nothing but a change of nodes or pods can help. */
  failed({ uid }: PodInfo, now: number, parked: boolean): void {
    const count = (this.#attempts.get(uid)?.count ?? 0) + 1;
    const backOffUntil = now + Math.min(FIRST_BACK_OFF_MS * 2 ** Math.min(count - 1, 10), MAX_BACK_OFF_MS);
    this.#attempts.set(uid, { count, backOffUntil, parkedUntil: parked ? now + PARKED_MS : 0 });
  }

  /** Nodes or pods changed: all parked pods may be tried after their back-off. */
  unpark(): void {
    for (const attempt of this.#attempts.values()) {
      attempt.parkedUntil = 0;
    }
  }

  /** Drops what is remembered of pods that are no longer pending. */
  keepOnly(pending: readonly PodInfo[]): void {
    if (this.#attempts.size > 0) {
      const uids = new Set(pending.map(({ uid }) => uid));
      for (const uid of [...this.#attempts.keys()].filter((known) => !uids.has(known))) {
        this.#attempts.delete(uid);
      }
    }
  }
}
