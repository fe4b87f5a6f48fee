/** When a shard may begin its next batch, so that what comes meanwhile shares it. */
import type { Clock } from '../timing/clock.ts';

/**
 * A shard whose batches are small rests for twice as long as its last one took: of 20,000 pod changes each controller
 * made 780 batches, with seven queries each. A rest has a bound.
 */
const REST_SHARE = 2;
const MAX_REST_MS = 200;
/** A shard with larger batches is behind, and goes on at once. */
const SMALL_BATCH = 250;
/** Of a shard that another holds, or that could not be claimed: doubled each time, up to the same bound. */
const REFUSED_REST_MS = 20;

export class ShardRests {
  readonly #clock: Clock;
  /** On the monotonic clock. */
  readonly #until = new Map<string, number>();
  readonly #refusedRests = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async over(shard: string, signal: AbortSignal): Promise<void> {
    const restMs = this.#leftMs(shard);
    if (restMs > 0) {
      await this.#clock.sleep(restMs, signal).catch(() => undefined);
    }
  }

  /** A batch was made. */
  made(shard: string, keys: number, tookMs: number): void {
    this.#refusedRests.delete(shard);
    if (keys < SMALL_BATCH) {
      this.#rest(shard, Math.min(MAX_REST_MS, REST_SHARE * tookMs));
    }
  }

  /** Another holds it: its batch may be long, and each ring meanwhile would be a look of its own. Or the store fails. */
  refused(shard: string): void {
    const restMs = Math.min(MAX_REST_MS, 2 * (this.#refusedRests.get(shard) ?? REFUSED_REST_MS / 2));
    this.#refusedRests.set(shard, restMs);
    this.#rest(shard, restMs);
  }

  /** How long a shard that was refused is still left alone. */
  refusedMs(shard: string): number {
    return this.#refusedRests.has(shard) ? Math.max(0, this.#leftMs(shard)) : 0;
  }

  #leftMs(shard: string): number {
    return (this.#until.get(shard) ?? 0) - this.#clock.monotonic();
  }

  #rest(shard: string, restMs: number): void {
    this.#until.set(shard, this.#clock.monotonic() + restMs);
  }
}
