/**
 * Group commit: writes that arrive while a transaction is under way gather and share the next one; a lone write goes
 * at once. One transaction at a time, since the counter's lock would make a second one wait; so what is published
 * from memory is in revision order.
 */
import type { Pool } from 'pg';
import { internalError, StatusError, tooManyRequests, unavailable } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { isMissingPartition } from '../feed/log-partitions.ts';
import type { Change, Write, WriteResult } from '../object-store.ts';
import { isDataError, isTransient, writeFailed } from '../postgres-errors.ts';
import { type Committed, commitBatch, commitTogether, type Together } from './commit-batch.ts';
import { normalizeWrite } from './normalize-write.ts';
import { followerOutcome, type Outcome, takeBatch } from './take-batch.ts';

/** Writes that share a transaction with no others count as one. */
const MAX_PENDING_WRITES = 10_000;
/** Of each of the two: however much waits to be written together, others may wait as well. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 50;

export interface GroupCommitOptions {
  /** Of connections with `INDEX_ONLY` and pipelining. */
  readonly pool: Pool;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes room in the change log, see `feed/log-partitions.ts`. */
  readonly extendLog: () => Promise<void>;
  /** Goes with each commit's notification. */
  readonly origin: string;
  /** Called after each commit, before the writers get their answers. */
  readonly onCommitted: (changes: readonly Change[]) => void;
}
interface Pending {
  /** The same for all that share a transaction with no others. */
  readonly together: Together | undefined;
  readonly write: Write;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: StatusError) => void;
}

const kindOf = (together: Together | undefined): 'alone' | 'together' =>
  together === undefined ? 'alone' : 'together';
const noResult = (): StatusError => internalError(new Error('a write has no result'));

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #queue: Pending[] = [];
  readonly #bytes = { alone: 0, together: 0 };
  /** Of the queue: how many groups that are written together, and of how many writes. */
  #groups = 0;
  #grouped = 0;
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Rejects at once with 429 when too much is waiting; a batch is taken whole or not at all. */
  async commitAll(writes: readonly Write[], together?: Together): Promise<WriteResult[]> {
    if (this.#closed) {
      throw unavailable('the server is shutting down');
    }
    const waiting = this.#queue.length - this.#grouped + this.#groups;
    if (waiting >= MAX_PENDING_WRITES || this.#bytes[kindOf(together)] >= MAX_PENDING_BYTES) {
      throw tooManyRequests('too many writes are waiting for the database, please try again later', 1);
    }
    if (together !== undefined && writes.length > 0) {
      this.#groups += 1;
      this.#grouped += writes.length;
    }
    const answers = writes.map((write) => this.#add(normalizeWrite(write), together));
    this.#draining ??= this.#drain();
    return Promise.all(answers);
  }

  /** Resolves when everything that was taken has its answer. New writes are refused from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  #add(write: Write, together: Together | undefined): Promise<WriteResult> {
    this.#bytes[kindOf(together)] += write.body.length;
    return new Promise((resolve, reject) => {
      this.#queue.push({ together, write, resolve, reject });
    });
  }

  async #drain(): Promise<void> {
    // What is written in the same turn of the event loop joins the first batch.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const { batch, followers, rest } = takeBatch(this.#queue);
      this.#queue = rest;
      if (batch[0]?.together !== undefined) {
        this.#groups -= 1;
        this.#grouped -= batch.length;
      }
      const results = await this.#settle(batch);
      for (const { pending, leader, leaderAt } of followers) {
        this.#answer(pending, followerOutcome(leader, results[leaderAt] ?? noResult()));
      }
    }
    this.#draining = undefined;
  }

  #answer({ together, write, resolve, reject }: Pending, answer: Outcome): void {
    this.#bytes[kindOf(together)] -= write.body.length;
    answer instanceof StatusError ? reject(answer) : resolve(answer);
  }

  async #settle(batch: readonly Pending[]): Promise<readonly Outcome[]> {
    const together = batch[0]?.together;
    try {
      const { results, changes } = await this.#commit(
        batch.map(({ write }) => write),
        together,
      );
      this.#options.onCommitted(changes);
      batch.forEach((pending, at) => {
        this.#answer(pending, results[at] ?? noResult());
      });
      return results;
    } catch (error) {
      if (batch.length > 1 && together === undefined && isDataError(error)) {
        // One write's values cannot be stored: halve until it is alone.
        const middle = Math.ceil(batch.length / 2);
        return [...(await this.#settle(batch.slice(0, middle))), ...(await this.#settle(batch.slice(middle)))];
      }
      const failure = isDataError(error) ? internalError(error) : writeFailed(error);
      for (const pending of batch) {
        this.#answer(pending, failure);
      }
      return batch.map(() => failure);
    }
  }

  /** Tries again only what was certainly not written. */
  async #commit(writes: readonly Write[], together: Together | undefined): Promise<Committed> {
    const { pool, clock, random, extendLog, origin } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return together === undefined
          ? await commitBatch(pool, writes, origin)
          : await commitTogether(pool, writes, together, origin);
      } catch (error) {
        if (isMissingPartition(error) && attempt < ATTEMPTS) {
          await extendLog();
          continue;
        }
        if (error instanceof StatusError || attempt === ATTEMPTS || !isTransient(error)) {
          throw error;
        }
        await clock.sleep(FIRST_WAIT_MS * 2 ** attempt * (0.5 + random.next() / 2));
      }
    }
  }
}
