/**
 * The batches that readers are given now: the same object to all who want the same and are equally far, so that whoever
 * filters or encodes a batch can do it once for all of them, keyed by the object.
 */
import type { ChangeBatch } from '../object-store.ts';

export interface SizedBatch extends ChangeBatch {
  /** What it costs to deliver. */
  readonly bytes: number;
}

export class SharedBatches {
  #batches = new Map<string, Promise<SizedBatch>>();

  /** `range` names what the batch is made of. One that fails is made anew for who asks next. */
  get(range: string, make: () => Promise<SizedBatch>): Promise<SizedBatch> {
    const batches = this.#batches;
    const kept = batches.get(range);
    if (kept !== undefined) {
      return kept;
    }
    const made = make().catch((error: unknown) => {
      batches.delete(range);
      throw error;
    });
    batches.set(range, made);
    return made;
  }

  /** Those who hold a batch keep it; nobody new will ask for it. */
  clear(): void {
    this.#batches = new Map();
  }
}
