/**
 * The change feed of one process: entries come in through `publish` in revision order without a gap, from the commits
 * of this process or from the tailer, and go out to every reader once. Readers hold nothing: one that is further back
 * than the recent entries reads the change log until it has caught up.
 *
 * Readers advance in rounds: a round has one target revision, and what is published meanwhile waits for the next. So
 * all who keep up read the same ranges, share their batches, and what gathers during a busy round leaves in one write.
 *
 * feed/: from the change log to its readers, and the log's upkeep. May import the rest of storage, timing and errors; never
 * writes an object.
 */
import { expired, tooLargeVersion } from '../../errors.ts';
import type { ChangeBatch, ChangeFeed } from '../object-store.ts';
import type { ResourceId } from '../stored-object.ts';
import type { ChangeLog, Revisions } from './change-log.ts';
import { FeedReader } from './feed-reader.ts';
import { expandEntries, type LogEntry } from './log-entry.ts';
import { RecentEntries, type Taken } from './recent-entries.ts';
import { SharedBatches, type SizedBatch } from './shared-batches.ts';
import { Turns } from './turns.ts';

/** Of a query while a reader catches up: it holds the answer for as long as its client takes it. */
const HISTORY_BOUNDS = { entries: 500, bytes: 1024 * 1024 };

type ChangesOptions = Parameters<ChangeFeed['changes']>[0];

export class PostgresChangeFeed implements ChangeFeed {
  readonly #log: ChangeLog;
  readonly #recent: RecentEntries;
  readonly #batches = new SharedBatches();
  readonly #turns = new Turns(() => this.#advance());
  readonly #readers = new Set<FeedReader>();
  /** Asks the tailer to look: this process has seen a revision that it has not published. */
  readonly #wakeTailer: () => void;
  #revision: number;
  /** The target of the round. */
  #target: number;
  /** What changed since the round began. */
  #changed = new Set<ResourceId>();
  #oldest: number;
  #closed = false;

  constructor(log: ChangeLog, { current, compacted }: Revisions, wakeTailer: () => void) {
    this.#log = log;
    this.#recent = new RecentEntries(current);
    this.#revision = current;
    this.#target = current;
    this.#oldest = compacted;
    this.#wakeTailer = wakeTailer;
  }

  get revision(): number {
    return this.#revision;
  }
  get oldestRevision(): number {
    return this.#oldest;
  }
  /** Compaction got this far; readers that are not further behind are not touched. */
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
      this.#changed.add(entry.resource);
    }
    if (first !== undefined) {
      this.#wakeEager();
      this.#advance();
    }
    return true;
  }

  /** Begins a round, unless one goes on: its end begins the next. */
  #advance(): void {
    if (this.#turns.isBusy || this.#target === this.#revision) {
      return;
    }
    const changed = this.#changed;
    this.#changed = new Set();
    this.#target = this.#revision;
    this.#batches.clear();
    for (const reader of this.#readers) {
      if (reader.wantsAny(changed)) {
        reader.wake();
      }
    }
  }

  #wakeEager(): void {
    for (const reader of this.#readers) {
      if (reader.isEager) {
        reader.wake();
      }
    }
  }

  /** Compaction overtook this process (it was cut off for long): whoever had not come this far must start anew. */
  skipTo(compacted: number): void {
    this.#revision = compacted;
    this.#oldest = compacted;
    this.#recent.clear(compacted);
    this.#advance();
    this.reportProgress();
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

  async *changes({ from, resources, signal, eagerProgress }: ChangesOptions): AsyncGenerator<ChangeBatch> {
    await this.#check(from);
    const reader = new FeedReader(resources, eagerProgress);
    this.#readers.add(reader);
    const end = (): void => reader.end();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted || this.#closed) {
      end();
    }
    try {
      yield* this.#follow(reader, from);
    } finally {
      signal.removeEventListener('abort', end);
      this.#readers.delete(reader);
    }
  }

  async *#follow(reader: FeedReader, from: number): AsyncGenerator<ChangeBatch> {
    let at = from;
    while (!reader.isEnded) {
      const upTo = reader.isEager ? this.#revision : this.#target;
      if (at >= upTo) {
        await reader.wait();
        continue;
      }
      const batch = await this.#batch(at, upTo, reader);
      if (!reader.isEager) {
        await this.#turns.take(batch.bytes);
      }
      if (!reader.isEnded) {
        at = batch.revision;
        yield batch;
      }
    }
  }

  #batch(after: number, upTo: number, { resources, resourcesKey }: FeedReader): Promise<SizedBatch> {
    return this.#batches.get(`${after} ${upTo} ${resourcesKey}`, async () => {
      const taken = this.#recent.take(after, upTo, resources) ?? (await this.#readHistory(after, upTo, resources));
      return { revision: taken.revision, bytes: taken.bytes, changes: await expandEntries(taken.entries) };
    });
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

  async #readHistory(after: number, upTo: number, resources: ReadonlySet<ResourceId> | undefined): Promise<Taken> {
    const { entries, compacted, isCut } = await this.#log.read(after, upTo, HISTORY_BOUNDS, resources);
    if (compacted > after) {
      throw expired(after, compacted);
    }
    const last = entries.at(-1);
    const revision = isCut && last !== undefined ? last.revision : upTo;
    return { revision, entries, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}
