/** The newest entries, kept in memory, so that a watch that begins where a list ended needs no query. */
import type { ResourceId } from '../stored-object.ts';
import type { LogEntry } from './log-entry.ts';

const MAX_ENTRIES = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

export class RecentEntries {
  #entries: LogEntry[] = [];
  #bytes = 0;
  /** Entries are held for every revision after this one. */
  #after: number;

  constructor(after: number) {
    this.#after = after;
  }

  add(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
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
  }

  /** Everything after `revision`, or undefined if that reaches further back than what is held. */
  since(revision: number, resources: ReadonlySet<ResourceId> | undefined): LogEntry[] | undefined {
    if (revision < this.#after) {
      return undefined;
    }
    // Dense revisions: the position follows from the number.
    const from = revision - this.#after;
    const entries = this.#entries.slice(from);
    return resources === undefined ? entries : entries.filter(({ resource }) => resources.has(resource));
  }
}
