/** What one reader of the feed has still to take: filtered on the way in, bounded in bytes. */
import type { ResourceId } from '../stored-object.ts';
import type { LogEntry } from './log-entry.ts';

/** A reader that does not keep up is closed, never silently skipped: it resumes from its last revision. */
export class SlowReaderError extends Error {
  constructor(bytes: number) {
    super(`the reader fell behind: more than ${bytes} bytes of changes are waiting for it`);
    this.name = 'SlowReaderError';
  }
}

export class FeedReader {
  readonly #from: number;
  readonly #resources: ReadonlySet<ResourceId> | undefined;
  readonly #maxBytes: number;
  /** Wakes at every commit, also of other resources. */
  readonly isEager: boolean;
  #entries: LogEntry[] = [];
  #bytes = 0;
  #failure: Error | undefined;
  #isEnded = false;
  /** There is something to look at since the last `take`. */
  #isReady = false;
  #wake: (() => void) | undefined;

  constructor(from: number, resources: ReadonlySet<ResourceId> | undefined, maxBytes: number, isEager = false) {
    this.isEager = isEager;
    this.#from = from;
    this.#resources = resources;
    this.#maxBytes = maxBytes;
  }

  push(entry: LogEntry): void {
    const isWanted = this.#resources === undefined || this.#resources.has(entry.resource);
    if (!isWanted || entry.revision <= this.#from || this.#failure !== undefined) {
      return;
    }
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    if (this.#bytes > this.#maxBytes) {
      this.fail(new SlowReaderError(this.#maxBytes));
    }
    this.wake();
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#entries = [];
    this.wake();
  }

  end(): void {
    this.#isEnded = true;
    this.wake();
  }

  /** Ends the wait, also with nothing to take: progress. */
  wake(): void {
    this.#isReady = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  take(): LogEntry[] {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
    const entries = this.#entries;
    this.#entries = [];
    this.#bytes = 0;
    this.#isReady = false;
    return entries;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Resolves when there is something to take, a failure, progress or the end. */
  async wait(): Promise<void> {
    if (!this.#isReady) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
