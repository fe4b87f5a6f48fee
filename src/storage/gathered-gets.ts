/**
 * Reads of single objects that arrive while others of their kind are under way gather and share the next statement; a
 * lone read goes at once. Each is read after it was asked for, so it sees every write that was answered before. A read
 * of its own spent half of its time on system calls and on the protocol around one row.
 */
import { keyText, type ObjectKey } from './get-statements.ts';
import type { ResourceId, StoredObject } from './stored-object.ts';

export interface GetStatements {
  one(resource: ResourceId, key: ObjectKey): Promise<StoredObject | undefined>;
  many(resource: ResourceId, keys: readonly ObjectKey[]): Promise<StoredObject[]>;
}

/** Statements of a kind at a time: while one is answered, the next is read. */
const LANES = 2;
const MAX_BATCH = 100;

interface Waiting {
  readonly key: ObjectKey;
  readonly resolve: (found: StoredObject | undefined) => void;
  readonly reject: (error: unknown) => void;
}
interface Queue {
  waiting: Waiting[];
  lanes: number;
}

export class GatheredGets {
  readonly #statements: GetStatements;
  readonly #queues = new Map<ResourceId, Queue>();

  constructor(statements: GetStatements) {
    this.#statements = statements;
  }

  /** `key` as the store holds it: an answer is matched by its text. */
  get(resource: ResourceId, key: ObjectKey): Promise<StoredObject | undefined> {
    const queue = this.#queues.get(resource) ?? { waiting: [], lanes: 0 };
    this.#queues.set(resource, queue);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ key, resolve, reject });
      if (queue.lanes < LANES) {
        void this.#drain(resource, queue);
      }
    });
  }

  async #drain(resource: ResourceId, queue: Queue): Promise<void> {
    queue.lanes += 1;
    while (queue.waiting.length > 0) {
      await this.#settle(resource, queue.waiting.splice(0, MAX_BATCH));
    }
    queue.lanes -= 1;
    if (queue.lanes === 0) {
      // Names of kinds come from the table of kinds, yet an idle queue is not worth keeping.
      this.#queues.delete(resource);
    }
  }

  async #settle(resource: ResourceId, batch: readonly Waiting[]): Promise<void> {
    try {
      const found = await this.#read(
        resource,
        batch.map(({ key }) => key),
      );
      const byKey = new Map(found.map((object) => [keyText(object), object]));
      for (const { key, resolve } of batch) {
        resolve(byKey.get(keyText(key)));
      }
    } catch (error) {
      for (const { reject } of batch) {
        reject(error);
      }
    }
  }

  async #read(resource: ResourceId, keys: readonly ObjectKey[]): Promise<StoredObject[]> {
    const [first] = keys;
    if (first === undefined || keys.length > 1) {
      return this.#statements.many(resource, keys);
    }
    const found = await this.#statements.one(resource, first);
    return found === undefined ? [] : [found];
  }
}
