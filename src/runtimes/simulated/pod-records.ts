/**
 * Pod records in the state store, many callers to one round trip: whatever is asked for within one turn of the event
 * loop is loaded by one `load` and written by one `save`. Flushes run one after another, so that a read-modify-write
 * of this process is never lost; between processes the kubelet's shard lease sees to it.
 */
import type { RuntimeStateStore } from '../runtime.ts';
import type { PodRecord } from './pod-record.ts';

/** `record` unchanged (same reference): nothing is saved. undefined: removed. */
interface Outcome<T> {
  readonly record: PodRecord | undefined;
  readonly answer: T;
}
type Change<T> = (record: PodRecord | undefined) => Outcome<T>;

interface Operation {
  readonly uid: string;
  /** Applies the change; returns how to tell the caller once the result is durable. */
  readonly apply: (record: PodRecord | undefined) => { record: PodRecord | undefined; settle: () => void };
  readonly reject: (error: unknown) => void;
}

/** Bounds one statement: 2,000 records of about 400 bytes. */
const BATCH = 2_000;

export class PodRecords {
  readonly #runtime: string;
  readonly #states: RuntimeStateStore;
  #pending: Operation[] = [];
  #flushing = false;

  constructor(runtime: string, states: RuntimeStateStore) {
    this.#runtime = runtime;
    this.#states = states;
  }

  read(uid: string): Promise<PodRecord | undefined> {
    return this.update(uid, (record) => ({ record, answer: record }));
  }

  /** Read, change, save. `change` may throw: then only this call fails and nothing of it is saved. */
  update<T>(uid: string, change: Change<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const apply = (before: PodRecord | undefined): { record: PodRecord | undefined; settle: () => void } => {
        const { record, answer } = change(before);
        return { record, settle: () => resolve(answer) };
      };
      this.#pending.push({ uid, apply, reject });
      if (!this.#flushing) {
        this.#flushing = true;
        setImmediate(() => void this.#flush());
      }
    });
  }

  async ofNodes(nodeNames: readonly string[] | undefined): Promise<Map<string, PodRecord>> {
    const texts = await this.#states.loadByNodes(this.#runtime, nodeNames);
    return new Map([...texts].map(([uid, text]) => [uid, JSON.parse(text) as PodRecord]));
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, BATCH);
      try {
        await this.#run(batch);
      } catch (error) {
        for (const { reject } of batch) {
          reject(error);
        }
      }
    }
    this.#flushing = false;
  }

  async #run(batch: readonly Operation[]): Promise<void> {
    const texts = await this.#states.load(this.#runtime, [...new Set(batch.map(({ uid }) => uid))]);
    const before = new Map([...texts].map(([uid, text]) => [uid, JSON.parse(text) as PodRecord]));
    const after = new Map<string, PodRecord | undefined>(before);
    const settled: (() => void)[] = [];
    for (const { uid, apply, reject } of batch) {
      try {
        const { record, settle } = apply(after.get(uid));
        after.set(uid, record);
        settled.push(settle);
      } catch (error) {
        reject(error);
      }
    }
    await this.#save(before, after);
    for (const settle of settled) {
      settle();
    }
  }

  async #save(before: Map<string, PodRecord>, after: Map<string, PodRecord | undefined>): Promise<void> {
    const changes = [...after]
      .filter(([uid, record]) => record !== before.get(uid))
      .map(([uid, record]) => ({
        uid,
        nodeName: (record ?? before.get(uid))?.node ?? '',
        state: record === undefined ? undefined : JSON.stringify(record),
      }));
    if (changes.length > 0) {
      await this.#states.save(this.#runtime, changes);
    }
  }
}
