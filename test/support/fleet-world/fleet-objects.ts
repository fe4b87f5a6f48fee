/** Objects in memory with what the store and the registry promise of them: revisions, generations, finalizers, a feed. */
import { alreadyExists, notFound } from '../../../src/errors.ts';
import type { Change, ChangeBatch, ObjectRef, StoredObject } from '../../../src/registry/registry.ts';
import { decodeObject, encodeBody } from '../../../src/storage/stored-object.ts';
import type { JsonObject, KubeObject } from '../../../src/values/object.ts';
import type { Loose } from './loose.ts';

interface ObjectHooks {
  readonly now: () => number;
  /** Makes creates fail, as an admission would. */
  readonly refuse: (object: KubeObject) => Error | undefined;
  readonly onChange: (id: string, before: KubeObject | undefined, after: KubeObject | undefined) => void;
}

export const resourceOf = (id: string): { group: string; resource: string } => {
  const [resource = id, ...group] = id.split('.');
  return { group: group.join('.'), resource };
};

const keyOf = (id: string, namespace: string, name: string): string => `${id}/${namespace}/${name}`;

/** A deletion that only waited for finalizers. */
const mayGo = (id: string, { metadata, spec }: KubeObject): boolean =>
  (metadata.finalizers ?? []).length === 0 &&
  (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  (id !== 'namespaces' || ((spec as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0);

export class FleetObjects {
  readonly #hooks: ObjectHooks;
  readonly #rows = new Map<string, StoredObject>();
  readonly #log: Change[] = [];
  #wake: (() => void)[] = [];
  #revision = 0;
  #uid = 0;

  constructor(hooks: ObjectHooks) {
    this.#hooks = hooks;
  }

  get revision(): number {
    return this.#revision;
  }
  rows(): StoredObject[] {
    return [...this.#rows.values()];
  }
  rowsOf(id: string): StoredObject[] {
    return this.rows().filter((row) => row.resource === id);
  }
  refs(): ObjectRef[] {
    return this.rows().map((row) => ({
      ...row,
      ownerUids: (decodeObject(row).metadata.ownerReferences ?? []).map(({ uid }) => uid),
      createdAt: Date.parse(decodeObject(row).metadata.creationTimestamp ?? ''),
    }));
  }

  find(id: string, namespace: string, name: string): StoredObject | undefined {
    return this.#rows.get(keyOf(id, namespace, name));
  }
  /** Throws 404. */
  row(id: string, namespace: string, name: string): StoredObject {
    const row = this.find(id, namespace, name);
    if (row === undefined) {
      throw notFound(resourceOf(id), name);
    }
    return row;
  }
  all(id: string): Loose[] {
    return this.rowsOf(id).map((row) => decodeObject<Loose>(row));
  }

  add(id: string, given: Pick<KubeObject, 'metadata'> & JsonObject): Loose {
    return decodeObject<Loose>(this.create(id, { apiVersion: 'v1', kind: id, ...given } as unknown as KubeObject));
  }

  edit(id: string, namespace: string, name: string, change: (object: Loose) => void): void {
    const object = decodeObject<Loose>(this.row(id, namespace, name));
    change(object);
    this.put(id, object);
  }

  create(id: string, given: KubeObject): StoredObject {
    const refused = this.#hooks.refuse(given);
    if (refused !== undefined) {
      throw refused;
    }
    this.#uid += 1;
    const { generateName = '', namespace = '' } = given.metadata;
    const name = given.metadata.name ?? `${generateName}${String(this.#uid).padStart(5, '0')}`;
    if (this.find(id, namespace, name) !== undefined) {
      throw alreadyExists(resourceOf(id), name);
    }
    const metadata = {
      ...given.metadata,
      name,
      uid: `uid-${String(this.#uid).padStart(8, '0')}`,
      creationTimestamp: new Date(this.#hooks.now()).toISOString(),
      generation: 1,
    };
    return this.put(id, { ...structuredClone(given), metadata } as KubeObject);
  }

  put(id: string, object: KubeObject): StoredObject {
    this.#revision += 1;
    const { namespace = '', name = '', labels = {}, uid = '' } = object.metadata;
    const key = keyOf(id, namespace, name);
    const before = this.#rows.get(key);
    const old = before === undefined ? undefined : decodeObject(before);
    if (old !== undefined && JSON.stringify(old.spec) !== JSON.stringify(object.spec)) {
      object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    const row = {
      ...{ resource: id, namespace, name, uid, labels, fields: {} },
      ...{ revision: this.#revision, body: encodeBody(object) },
    };
    this.#rows.set(key, row);
    this.#log.push({ revision: row.revision, type: before === undefined ? 'ADDED' : 'MODIFIED', object: row });
    this.#changed(id, old, decodeObject(row));
    if (object.metadata.deletionTimestamp !== undefined && mayGo(id, object)) {
      this.#drop(id, row);
    }
    return row;
  }

  #drop(id: string, row: StoredObject): void {
    this.#revision += 1;
    this.#rows.delete(keyOf(id, row.namespace, row.name));
    this.#log.push({ revision: this.#revision, type: 'DELETED', object: { ...row, revision: this.#revision } });
    this.#changed(id, decodeObject(row), undefined);
  }

  #changed(id: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    this.#hooks.onChange(id, before, after);
    this.wakeReaders();
  }

  /** Those of `changes`, who then see that there is more, or that they shall end. */
  wakeReaders(): void {
    for (const wake of this.#wake.splice(0)) {
      wake();
    }
  }

  async *changes(from: number, resources: ReadonlySet<string>, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    let at = from;
    while (!signal.aborted) {
      if (at < this.#revision) {
        const changes = this.#log.filter(({ revision, object }) => revision > at && resources.has(object.resource));
        at = this.#revision;
        yield { revision: at, changes };
      } else {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    }
  }
}
