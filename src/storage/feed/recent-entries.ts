/** The newest entries, kept in memory, so that whoever is not far behind needs no query. */
import type { ResourceId } from '../stored-object.ts';
import type { LogEntry } from './log-entry.ts';

const MAX_ENTRIES = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** What one batch may hold: to encode and send it takes about a millisecond. */
const BATCH_ENTRIES = 500;
const BATCH_BYTES = 256 * 1024;

/** Everything wanted up to `revision`. */
export interface Taken {
  readonly revision: number;
  readonly entries: readonly LogEntry[];
  readonly bytes: number;
}

export class RecentEntries {
  #entries: LogEntry[] = [];
  #bytes = 0;
  /** Entries are held for every revision after this one. */
  #after: number;
  /** The revision of the last change of each resource that has changed since revision `#began`. */
  readonly #lastChanges = new Map<ResourceId, number>();
  #began: number;

  constructor(after: number) {
    this.#after = after;
    this.#began = after;
  }

  add(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    this.#lastChanges.set(entry.resource, entry.revision);
    if (this.#entries.length > MAX_ENTRIES || this.#bytes > MAX_BYTES) {
      // Half at a time: dropping one by one would move the array on every change.
      this.#drop(Math.ceil(this.#entries.length / 2));
    }
  }

  #drop(count: number): void {
    for (const { bytes, revision } of this.#entries.slice(0, count)) {
      this.#bytes -= bytes;
      this.#after = revision;
    }
    this.#entries = this.#entries.slice(count);
  }

  clear(after: number): void {
    this.#entries = [];
    this.#bytes = 0;
    this.#after = after;
    this.#began = after;
    this.#lastChanges.clear();
  }

  /**
   * What follows `revision`, up to `upTo` or the size of a batch; undefined: that reaches further back than what is
   * held.
   */
  take(revision: number, upTo: number, resources: ReadonlySet<ResourceId> | undefined): Taken | undefined {
    if (this.#hasNothingAfter(revision, resources)) {
      return { revision: upTo, entries: [], bytes: 0 };
    }
    if (revision < this.#after) {
      return undefined;
    }
    const entries: LogEntry[] = [];
    let bytes = 0;
    // Dense revisions: the position follows from the number.
    for (const entry of this.#entries.slice(revision - this.#after, upTo - this.#after)) {
      if (resources === undefined || resources.has(entry.resource)) {
        if (entries.length === BATCH_ENTRIES || bytes > BATCH_BYTES) {
          return { revision: entry.revision - 1, entries, bytes };
        }
        entries.push(entry);
        bytes += entry.bytes;
      }
    }
    return { revision: upTo, entries, bytes };
  }

  /** True for a reader that is further behind than the entries reach, of resources that have not changed since. */
  #hasNothingAfter(revision: number, resources: ReadonlySet<ResourceId> | undefined): boolean {
    return (
      revision >= this.#began &&
      resources !== undefined &&
      [...resources].every((resource) => (this.#lastChanges.get(resource) ?? this.#began) <= revision)
    );
  }
}
