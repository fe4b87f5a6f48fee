/**
 * Back-off of what failed before a container could run: of image pulls and starts 10 s doubling to 5 min, of what the
 * next sync may find mended (its making, its configuration) as often as there is one.
 * Kept in memory, as in the kubelet: a restarted worker tries once more at once, which harms nobody.
 */
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Random } from '../timing/random.ts';
import type { WaitingReason } from './pod-actions.ts';

const INITIAL_MS = 10_000;
const MAX_MS = 300_000;
/** After a sync that failed; up to half of it is added. Source: kubelet.go, backOffPeriod; pod_workers.go. */
const SYNC_MS = 10_000;
export const nextSyncMs = (random: Random): number => Math.round(SYNC_MS * (1 + random.next() / 2));

export interface Failure {
  readonly waiting: WaitingReason;
  /** Milliseconds since the epoch. */
  readonly retryAt: number;
  readonly backOffMs: number;
  readonly grows: boolean;
}

export class FailureBackOff {
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #failures = new BoundedMap<string, Failure>(100_000);

  constructor(initialMs = INITIAL_MS, maxMs = MAX_MS) {
    this.#initialMs = initialMs;
    this.#maxMs = maxMs;
  }

  /** The failure that still holds the container back at `now`. */
  holding(uid: string, container: string, now: number): Failure | undefined {
    const failure = this.#failures.get(`${uid}/${container}`);
    // A clock that was set back must not hold a container longer than the back-off.
    return failure !== undefined && now < failure.retryAt && failure.retryAt - now <= failure.backOffMs
      ? failure
      : undefined;
  }

  record(uid: string, container: string, waiting: WaitingReason, now: number): Failure {
    const before = this.#failures.get(`${uid}/${container}`);
    const backOffMs = before?.grows === true ? Math.min(before.backOffMs * 2, this.#maxMs) : this.#initialMs;
    const failure = { waiting, backOffMs, retryAt: now + backOffMs, grows: true };
    this.#failures.set(`${uid}/${container}`, failure);
    return failure;
  }

  /** Until the next sync, however often it has failed so. */
  untilNextSync(uid: string, container: string, waiting: WaitingReason, now: number, random: Random): Failure {
    const backOffMs = nextSyncMs(random);
    const failure = { waiting, backOffMs, retryAt: now + backOffMs, grows: false };
    this.#failures.set(`${uid}/${container}`, failure);
    return failure;
  }

  clear(uid: string, container: string): void {
    this.#failures.delete(`${uid}/${container}`);
  }
}
