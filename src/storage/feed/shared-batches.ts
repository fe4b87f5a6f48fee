/**
 * The batches that readers are given now: the same object to all who want the same and are equally far, so that whoever
 * filters or encodes a batch can do it once for all of them, keyed by the object. A few are kept and no more: the whole
 * history that one reader catches up on would otherwise stay until the next commit.
 */
import type { ChangeBatch } from '../object-store.ts';

export interface SizedBatch extends ChangeBatch {
  /** What it costs to deliver. */
  readonly bytes: number;
}
interface Kept {
  readonly batch: Promise<SizedBatch>;
  /** 0 while it is being made: all who ask meanwhile share it. */
  bytes: number;
}

/** Bodies, filtered events and encoded ones hang on a batch, a few times its bytes. */
const MAX_BYTES = 4 * 1024 * 1024;
/** What an empty one costs. */
const BATCH_BYTES = 1024;

export class SharedBatches {
  /** Least recently asked for first. */
  readonly #kept = new Map<string, Kept>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** `range` names what the batch is made of. One that fails is made anew for who asks next. */
  get(range: string, make: () => Promise<SizedBatch>): Promise<SizedBatch> {
    const found = this.#kept.get(range);
    if (found !== undefined) {
      this.#kept.delete(range);
      this.#kept.set(range, found);
      return found.batch;
    }
    const kept: Kept = { batch: make(), bytes: 0 };
    this.#kept.set(range, kept);
    kept.batch.then(
      ({ bytes }) => this.#weigh(range, kept, bytes + BATCH_BYTES),
      () => this.#isKept(range, kept) && this.#kept.delete(range),
    );
    return kept.batch;
  }

  #isKept(range: string, kept: Kept): boolean {
    return this.#kept.get(range) === kept;
  }

  #weigh(range: string, kept: Kept, bytes: number): void {
    if (this.#isKept(range, kept)) {
      kept.bytes = bytes;
      this.#bytes += bytes;
      this.#trim(kept);
    }
  }

  /** The newest stays whatever its size: those who are equally far ask for it next. */
  #trim(newest: Kept): void {
    for (const [range, kept] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) {
        return;
      }
      if (kept !== newest && kept.bytes > 0) {
        this.#kept.delete(range);
        this.#bytes -= kept.bytes;
      }
    }
  }

  /** Those who hold a batch keep it; nobody new will ask for it. */
  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
