/**
 * Pod records in the state store, many callers to one round trip: whatever is asked for within one turn of the event
 * loop is loaded by one `load` and written by one `save`. Flushes run one after another, so that a read-modify-write
 * of this process is never lost; between processes the store compares (a paused worker must not undo its successor).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RuntimeError } from '../runtime.ts';
import type { RuntimeStateStore } from '../state-store.ts';
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
/** A rival is a worker that has lost its shard without knowing; it stops within seconds. */
const MAX_ATTEMPTS = 8;

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

  /** Applies the batch in order; what a rival overtook is applied again to what the rival left. */
  async #run(batch: readonly Operation[]): Promise<void> {
    let open = batch;
    for (let attempt = 0; open.length > 0; attempt += 1) {
      const texts = await this.#states.load(this.#runtime, [...new Set(open.map(({ uid }) => uid))]);
      const { changes, settled } = await applyAll(open, texts);
      const refused = new Set(changes.length === 0 ? [] : await this.#states.save(this.#runtime, changes));
      for (const { uid, settle } of settled) {
        if (!refused.has(uid)) {
          settle();
        }
      }
      open = settled.filter(({ uid }) => refused.has(uid)).map(({ operation }) => operation);
      if (attempt === MAX_ATTEMPTS) {
        throw new RuntimeError('Unavailable', 'the state of the pod keeps changing');
      }
    }
  }
}

interface Applied {
  readonly changes: Parameters<RuntimeStateStore['save']>[1];
  readonly settled: readonly { readonly uid: string; readonly operation: Operation; readonly settle: () => void }[];
}

/** Containers described between two turns of the event loop: a few milliseconds. Nearly every batch has fewer. */
const AT_ONCE = 20_000;

async function applyAll(batch: readonly Operation[], texts: ReadonlyMap<string, string>): Promise<Applied> {
  let described = 0;
  const before = new Map([...texts].map(([uid, text]) => [uid, JSON.parse(text) as PodRecord]));
  const after = new Map<string, PodRecord | undefined>(before);
  const settled: { uid: string; operation: Operation; settle: () => void }[] = [];
  for (const operation of batch) {
    const { uid, apply, reject } = operation;
    try {
      const { record, settle } = apply(after.get(uid));
      described += record?.containers.length ?? 0;
      after.set(uid, record);
      settled.push({ uid, operation, settle });
    } catch (error) {
      reject(error);
    }
    if (described > AT_ONCE) {
      described = 0;
      await nextTurn();
    }
  }
  const changes = [...after]
    .filter(([uid, record]) => record !== before.get(uid))
    .map(([uid, record]) => ({
      uid,
      nodeName: (record ?? before.get(uid))?.node ?? '',
      state: record === undefined ? undefined : JSON.stringify(record),
      expected: texts.get(uid),
    }));
  return { changes, settled };
}
