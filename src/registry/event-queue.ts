/**
 * Events on their way out of a recorder. Each host's leave at that host's pace, so that a node with 10,000 pods takes no
 * more of the store than its kubelet would of a cluster; what no longer fits is dropped and counted.
 */
import { BoundedMap } from '../timing/bounded-map.ts';
import { type Rate, TokenBucket } from '../timing/token-bucket.ts';

export interface QueuedEvent {
  /** '' for events of no node: they have no pace. */
  readonly host: string;
  /** undefined: as fast as it goes. */
  readonly rate: Rate | undefined;
}

const LIMIT = 5_000;
/** Source: client-go tools/record, maxQueuedEvents: there a recorder has one host. */
const HOST_LIMIT = 1_000;
/** Hosts whose pace is remembered; one that is forgotten has its burst again. */
const HOSTS = 10_000;

export class EventQueue<E extends QueuedEvent> {
  readonly #waiting = new Set<E>();
  readonly #waitingOf = new Map<string, number>();
  readonly #buckets = new BoundedMap<string, TokenBucket>(HOSTS);
  #dropped = 0;

  get dropped(): number {
    return this.#dropped;
  }

  /** The newest is dropped when its host has too many, the oldest when there are too many in all. */
  add(event: E): void {
    if (this.#waiting.has(event)) {
      return;
    }
    const ofHost = this.#waitingOf.get(event.host) ?? 0;
    if (event.host !== '' && ofHost >= HOST_LIMIT) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.add(event);
    this.#waitingOf.set(event.host, ofHost + 1);
    if (this.#waiting.size > LIMIT) {
      this.#dropOldest();
    }
  }

  #dropOldest(): void {
    for (const oldest of this.#waiting) {
      this.#remove(oldest);
      this.#dropped += 1;
      return;
    }
  }

  /** The oldest that may leave now, at most so many. `now`: monotonic. */
  take(most: number, now: number): E[] {
    const taken: E[] = [];
    const held = new Set<string>();
    for (const event of this.#waiting) {
      if (taken.length === most) {
        break;
      }
      if (!held.has(event.host) && this.#mayLeave(event, now)) {
        taken.push(event);
      } else {
        held.add(event.host);
      }
    }
    for (const event of taken) {
      this.#remove(event);
    }
    return taken;
  }

  #mayLeave({ host, rate }: E, now: number): boolean {
    if (host === '' || rate === undefined) {
      return true;
    }
    const bucket = this.#buckets.get(host) ?? new TokenBucket();
    this.#buckets.set(host, bucket);
    return bucket.take(rate, now);
  }

  #remove(event: E): void {
    this.#waiting.delete(event);
    const left = (this.#waitingOf.get(event.host) ?? 1) - 1;
    left === 0 ? this.#waitingOf.delete(event.host) : this.#waitingOf.set(event.host, left);
  }
}
