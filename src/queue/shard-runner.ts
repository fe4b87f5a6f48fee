/**
 * Runs a shard: claim what is due, reconcile it as one batch, settle, again while more is due, set the alarm for the
 * next due time. Retry, back-off, fencing, failure logs and counters are here (and in the files it calls), nowhere
 * else. Safe to call at any time by anyone: a shard that another holder runs is left alone.
 */
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { AlarmClock } from './alarm-clock.ts';
import { FailureLog } from './failure-log.ts';
import { LEASE_TTL_MS } from './lease-watch.ts';
import { reconcileClaimed } from './reconcile-claimed.ts';
import type { BatchReconciler, Doorbell, DueStore } from './reconciler.ts';
import { settlementOf } from './settle-results.ts';
import { ShardRests } from './shard-rests.ts';

/** Keys a claim; a claim of 1,000 pods reads and writes about 3 MB. */
const CLAIM_LIMIT = 1_000;
/** Then the bell is rung instead, so that other shards of this worker get their turn. */
const MAX_ROUNDS = 50;
/** Work due this soon is waited for: cheaper than the way through the queue. */
const LINGER_MS = 20;

export interface RunnerStats {
  /** Runs of a shard that got its lease. */
  readonly runs: number;
  /** Rings for shards that another holder had. */
  readonly busy: number;
  readonly keys: number;
  readonly errors: number;
  /** Batches that lost their lease or were stopped. */
  readonly cutShort: number;
}

export interface ShardRunnerOptions {
  readonly reconcilers: readonly BatchReconciler[];
  readonly due: DueStore;
  readonly holder: string;
  readonly alarms: AlarmClock;
  readonly doorbell: Doorbell;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Aborts when the worker stops. */
  readonly signal: AbortSignal;
}

/** A run under way. */
interface Running {
  /** Rung meanwhile: it looks once more. */
  again: boolean;
  /** On the monotonic clock: something was said to be due then, which the last look may have been too early for. */
  expectedAt: number;
  done: Promise<void>;
}
type Round = { readonly next: number | undefined } | 'busy' | 'stopped';

export class ShardRunner {
  readonly #options: ShardRunnerOptions;
  readonly #failures: FailureLog;
  readonly #running = new Map<string, Running>();
  readonly #rests: ShardRests;
  /** Rings of shards that were refused; apart from the alarms, whose times a look that is refused again must not take. */
  readonly #putOff: AlarmClock;
  readonly #stats = { runs: 0, busy: 0, keys: 0, errors: 0, cutShort: 0 };

  constructor(options: ShardRunnerOptions) {
    this.#options = options;
    this.#failures = new FailureLog(options.logger, options.clock);
    this.#rests = new ShardRests(options.clock);
    this.#putOff = new AlarmClock(options.clock, (shard) => options.doorbell.ring(shard));
    // Whoever rang was told that it is seen to: another worker may take it now.
    options.signal.addEventListener('abort', () => this.#putOff.ringAll(), { once: true });
  }

  stats(): RunnerStats {
    return { ...this.#stats };
  }

  serves(shard: string): boolean {
    return this.#reconcilerOf(shard) !== undefined;
  }

  #reconcilerOf(shard: string): BatchReconciler | undefined {
    return this.#options.reconcilers.find(({ name }) => shard === name || shard.startsWith(`${name}/`));
  }

  /**
   * Resolves when nothing is due in the shard any more, or someone else has it; at once where someone else was just seen
   * to have it: it is rung again then. Rejects when the store fails.
   */
  run(shard: string): Promise<void> {
    const reconciler = this.#reconcilerOf(shard);
    if (reconciler === undefined || this.#options.signal.aborted) {
      return Promise.resolve();
    }
    // The same holder may claim twice, so the process itself must not: the run under way looks again instead.
    const running = this.#running.get(shard);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    if (this.#isPutOff(shard)) {
      return Promise.resolve();
    }
    this.#putOff.set(shard, undefined);
    const state: Running = { again: false, expectedAt: Number.POSITIVE_INFINITY, done: Promise.resolve() };
    this.#running.set(shard, state);
    state.done = this.#rounds(shard, reconciler, state);
    return state.done;
  }

  /** A run of the shard under way looks once more before it ends, and one that is put off comes. False: there is none. */
  join(shard: string): boolean {
    if (this.#options.signal.aborted) {
      return false;
    }
    const running = this.#running.get(shard);
    if (running === undefined) {
      return this.#isPutOff(shard);
    }
    running.again = true;
    return true;
  }

  /** A shard that was refused just now is looked at when its rest is over, which nobody waits for in a job. */
  #isPutOff(shard: string): boolean {
    const restMs = this.#rests.refusedMs(shard);
    if (restMs > 0) {
      this.#putOff.bringForward(shard, restMs);
    }
    return restMs > 0;
  }

  /** Something is due in the shard by then: it is run in time, not before. */
  expect(shard: string, afterMs: number): void {
    const running = this.#running.get(shard);
    if (running === undefined) {
      this.#options.alarms.bringForward(shard, afterMs);
    } else {
      running.expectedAt = Math.min(running.expectedAt, this.#options.clock.monotonic() + afterMs);
    }
  }

  /** Shards under way, those that rest between two batches included. */
  get size(): number {
    return this.#running.size;
  }

  /** Resolves when no shard runs any more; the signal has aborted by then. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  async #rounds(shard: string, reconciler: BatchReconciler, state: Running): Promise<void> {
    const { alarms, doorbell, clock, signal } = this.#options;
    let isLeft = false;
    try {
      for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
        await this.#rests.over(shard, signal);
        if (signal.aborted) {
          break;
        }
        const outcome = await this.#look(shard, reconciler, state);
        if (outcome === 'stopped' || outcome === 'busy') {
          // What a stop cut short has no job that another could take over, where it was begun without one.
          isLeft = outcome === 'stopped' && (state.again || signal.aborted);
          return;
        }
        const next = this.#sooner(outcome.next, state.expectedAt);
        if (!state.again && (next === undefined || next > LINGER_MS)) {
          state.expectedAt = Number.POSITIVE_INFINITY;
          alarms.set(shard, next);
          return;
        }
        if (!state.again && next !== undefined && next > 0) {
          await clock.sleep(next, signal).catch(() => undefined);
        }
      }
      isLeft = true;
    } finally {
      // In the same turn as the last look at `again`: a ring in between must not find a run that has ended.
      this.#running.delete(shard);
      if (isLeft || (state.again && signal.aborted)) {
        doorbell.ring(shard);
      } else if (!signal.aborted) {
        state.again && this.#isPutOff(shard);
        alarms.bringForward(shard, state.expectedAt - clock.monotonic());
      }
    }
  }

  /**
   * What was expected before a look that is refused, or fails, is expected after it. A ring before one that is refused is
   * its holder's, who looks once more; of one that fails nobody knows.
   */
  async #look(shard: string, reconciler: BatchReconciler, state: Running): Promise<Round> {
    const { expectedAt, again } = state;
    state.again = false;
    state.expectedAt = Number.POSITIVE_INFINITY;
    let outcome: Round | 'failed' = 'failed';
    try {
      outcome = await this.#round(shard, reconciler);
      return outcome;
    } finally {
      const isRefused = outcome === 'busy' || outcome === 'failed';
      if (isRefused) {
        this.#rests.refused(shard);
      }
      if (isRefused || outcome === 'stopped') {
        state.expectedAt = Math.min(expectedAt, state.expectedAt);
      }
      state.again ||= again && outcome === 'failed';
    }
  }

  #sooner(next: number | undefined, expectedAt: number): number | undefined {
    const expected = expectedAt - this.#options.clock.monotonic();
    return expected < (next ?? Number.POSITIVE_INFINITY) ? expected : next;
  }

  async #round(shard: string, reconciler: BatchReconciler): Promise<Round> {
    const { due, holder, clock, signal } = this.#options;
    const claimedAt = clock.monotonic();
    const work = await due.claim(shard, holder, LEASE_TTL_MS, CLAIM_LIMIT);
    if (work === undefined) {
      this.#stats.busy += 1;
      return 'busy';
    }
    this.#stats.runs += 1;
    const { answer, cutShort, lost } = await reconcileClaimed(this.#options, reconciler, work, claimedAt);
    this.#stats.cutShort += cutShort ? 1 : 0;
    this.#rests.made(shard, work.keys.length, clock.monotonic() - claimedAt);
    if (lost) {
      return 'stopped';
    }
    const { settled, failures } = settlementOf(work.keys, answer, cutShort, this.#options.random);
    this.#stats.keys += settled.length;
    this.#count(reconciler.name, shard, failures);
    const next = await due.settle(work.lease, settled, !work.more || signal.aborted);
    return cutShort ? 'stopped' : { next: work.more ? 0 : next };
  }

  #count(name: string, shard: string, failures: readonly { key: string; attempt: number; error: Error }[]): void {
    this.#stats.errors += failures.length;
    for (const { key, attempt, error } of failures) {
      this.#failures.report(name, error, { shard, key, attempt }, 'reconcile failed, will be retried');
    }
  }
}
