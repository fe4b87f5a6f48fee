/** Objects in memory, with what watchers of pods would have seen of them. */

import type { Pod } from '../../../src/kubelet/pod.ts';
import { kubeletTriggers } from '../../../src/kubelet/triggers.ts';
import { decodeObject, encodeBody, type StoredObject } from '../../../src/storage/stored-object.ts';
import type { KubeObject } from '../../../src/values/object.ts';
import { summary } from './summary.ts';

interface Hooks {
  readonly now: () => number;
  readonly shards: number;
  /** A trigger names this key. */
  readonly onDue: (key: string) => void;
}

export class KubeletObjects {
  readonly #hooks: Hooks;
  /** Every status phase/reason a watcher of the pod would have seen, in order. */
  readonly history = new Map<string, string[]>();
  readonly #rows = new Map<string, StoredObject>();
  #revision = 0;
  #uid = 0;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  get revision(): number {
    return this.#revision;
  }
  rows(): StoredObject[] {
    return [...this.#rows.values()];
  }
  all(resource: string): KubeObject[] {
    return this.rows()
      .filter((row) => row.resource === resource)
      .map((row) => decodeObject(row));
  }
  find(resource: string, namespace: string, name: string): StoredObject | undefined {
    return this.#rows.get(`${resource}/${namespace}/${name}`);
  }

  add(resource: string, object: KubeObject): StoredObject {
    this.#uid += 1;
    const metadata = {
      uid: `00000000-0000-4000-8000-${String(this.#uid).padStart(12, '0')}`,
      creationTimestamp: new Date(this.#hooks.now()).toISOString(),
      generation: 1,
      ...object.metadata,
    };
    return this.put(resource, { ...object, metadata });
  }

  put(resource: string, object: KubeObject): StoredObject {
    this.#revision += 1;
    const { namespace = '', name = '', labels = {}, uid = '' } = object.metadata;
    const row = {
      ...{ resource, namespace, name, uid, labels, fields: {} },
      ...{ revision: this.#revision, body: encodeBody(object) },
    };
    const key = `${resource}/${namespace}/${name}`;
    const before = this.#rows.get(key);
    this.#rows.set(key, row);
    this.#changed(resource, before && decodeObject(before), decodeObject(row));
    return row;
  }

  edit<T extends KubeObject>(resource: string, namespace: string, name: string, change: (object: T) => void): void {
    const row = this.find(resource, namespace, name);
    if (row === undefined) {
      throw new Error(`no ${resource} ${name}`);
    }
    const object = decodeObject<T>(row);
    change(object);
    this.put(resource, object);
  }

  delete(row: StoredObject, seconds: number): { object: StoredObject; removed: boolean } {
    const object = decodeObject(row);
    const isHeld = (object.metadata.finalizers ?? []).length > 0;
    if (row.resource !== 'pods' || (seconds === 0 && !isHeld)) {
      this.#rows.delete(`${row.resource}/${row.namespace}/${row.name}`);
      this.#changed(row.resource, decodeObject(row), undefined);
      return { object: row, removed: true };
    }
    object.metadata.deletionTimestamp = new Date(this.#hooks.now() + seconds * 1_000).toISOString();
    object.metadata.deletionGracePeriodSeconds = seconds;
    return { object: this.put(row.resource, object), removed: false };
  }

  #changed(resource: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (resource === 'pods' && after !== undefined) {
      const seen = this.history.get(after.metadata.name ?? '') ?? [];
      const line = summary(after as Pod);
      if (seen.at(-1) !== line) {
        seen.push(line);
      }
      this.history.set(after.metadata.name ?? '', seen);
    }
    const { shards, onDue } = this.#hooks;
    const change = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    for (const trigger of kubeletTriggers(shards).filter((t) => t.resource === resource)) {
      for (const { key } of trigger.dueOn(change)) {
        onDue(key);
      }
    }
  }
}
