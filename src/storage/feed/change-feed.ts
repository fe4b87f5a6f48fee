/**
 * The change feed of one process: entries come in through `publish` in revision order without a gap, from the commits
 * of this process or from the tailer, and go out to every reader once. A reader that begins further back reads the
 * change log until it has caught up, then joins.
 */
import { expired, StatusError } from '../../errors.ts';
import type { ChangeBatch, ChangeFeed } from '../object-store.ts';
import type { ResourceId } from '../stored-object.ts';
import type { ChangeLog, Revisions } from './change-log.ts';
import { FeedReader } from './feed-reader.ts';
import { expandEntries, type LogEntry } from './log-entry.ts';
import { RecentEntries } from './recent-entries.ts';

/** Entries a query while a reader catches up. */
const HISTORY_LIMIT = 500;
const DEFAULT_PENDING_BYTES = 32 * 1024 * 1024;

type ChangesOptions = Parameters<ChangeFeed['changes']>[0];

const tooLargeVersion = (requested: number, current: number): StatusError =>
  new StatusError('Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

export class PostgresChangeFeed implements ChangeFeed {
  readonly #log: ChangeLog;
  readonly #recent: RecentEntries;
  readonly #readers = new Set<FeedReader>();
  /** Asks the tailer to look: this process has seen a revision that it has not published. */
  readonly #wakeTailer: () => void;
  #revision: number;
  #oldest: number;
  #closed = false;

  constructor(log: ChangeLog, { current, compacted }: Revisions, wakeTailer: () => void) {
    this.#log = log;
    this.#recent = new RecentEntries(current);
    this.#revision = current;
    this.#oldest = compacted;
    this.#wakeTailer = wakeTailer;
  }

  get revision(): number {
    return this.#revision;
  }
  get oldestRevision(): number {
    return this.#oldest;
  }
  /** Compaction got this far; live readers are not touched, they have all that they need. */
  set oldestRevision(revision: number) {
    this.#oldest = Math.max(this.#oldest, revision);
  }

  /**
   * Takes the entries that continue what was published, passes over those published already. False: there is a gap
   * between the two, nothing was published.
   */
  publish(entries: readonly LogEntry[]): boolean {
    const fresh = entries.filter(({ revision }) => revision > this.#revision);
    const [first] = fresh;
    if (first !== undefined && first.revision !== this.#revision + 1) {
      return false;
    }
    for (const entry of fresh) {
      this.#revision = entry.revision;
      this.#recent.add(entry);
      for (const reader of this.#readers) {
        reader.push(entry);
      }
    }
    if (first !== undefined) {
      this.#wakeEager();
    }
    return true;
  }

  #wakeEager(): void {
    for (const reader of this.#readers) {
      if (reader.isEager) {
        reader.wake();
      }
    }
  }

  /** Compaction overtook this process (it was cut off for long): every reader must start anew. */
  skipTo(compacted: number): void {
    for (const reader of this.#readers) {
      reader.fail(expired(this.#revision, compacted));
    }
    this.#revision = compacted;
    this.#oldest = compacted;
    this.#recent.clear(compacted);
  }

  /** Lets readers whose resources did not change learn how far the feed is. */
  reportProgress(): void {
    for (const reader of this.#readers) {
      reader.wake();
    }
  }

  /** Ends every reader. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) {
      reader.end();
    }
  }

  async *changes(options: ChangesOptions): AsyncGenerator<ChangeBatch> {
    const { resources, signal, maxPendingBytes = DEFAULT_PENDING_BYTES, eagerProgress } = options;
    let at = options.from;
    await this.#check(at);
    let missed = this.#recent.since(at, resources);
    while (missed === undefined && !signal.aborted && !this.#closed) {
      const batch = await this.#readHistory(at, resources);
      at = batch.revision;
      yield batch;
      missed = this.#recent.since(at, resources);
    }
    // No await between `since` and here: what is published from now on reaches the reader.
    const joinedAt = Math.max(at, this.#revision);
    const reader = new FeedReader(joinedAt, resources, maxPendingBytes, eagerProgress);
    this.#readers.add(reader);
    const end = (): void => reader.end();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted || this.#closed) {
      end();
    }
    try {
      if (joinedAt > at) {
        yield { revision: joinedAt, changes: await expandEntries(missed ?? []) };
      }
      yield* this.#follow(reader, joinedAt);
    } finally {
      signal.removeEventListener('abort', end);
      this.#readers.delete(reader);
    }
  }

  async *#follow(reader: FeedReader, from: number): AsyncGenerator<ChangeBatch> {
    let delivered = from;
    for (;;) {
      await reader.wait();
      if (reader.isEnded) {
        return;
      }
      // Taken together: every entry up to this revision is among what was taken by now.
      const entries = reader.take();
      const revision = this.#revision;
      if (revision > delivered) {
        delivered = revision;
        yield { revision, changes: await expandEntries(entries) };
      }
    }
  }

  async #check(from: number): Promise<void> {
    if (from < this.#oldest) {
      throw expired(from, this.#oldest);
    }
    if (from > this.#revision) {
      // Another process may be ahead of this one: a list answers from Postgres, and a watch continues from it.
      const { current } = await this.#log.revisions();
      if (from > current) {
        throw tooLargeVersion(from, current);
      }
      this.#wakeTailer();
    }
  }

  async #readHistory(after: number, resources: ReadonlySet<ResourceId> | undefined): Promise<ChangeBatch> {
    const upTo = this.#revision;
    const { entries, compacted } = await this.#log.read(after, upTo, HISTORY_LIMIT, resources);
    if (compacted > after) {
      throw expired(after, compacted);
    }
    const last = entries.at(-1);
    const revision = entries.length < HISTORY_LIMIT || last === undefined ? upTo : last.revision;
    return { revision, changes: await expandEntries(entries) };
  }
}
