/** How many objects there are of each kind and group, kept up to date change by change. */
import { badRequest } from '../../errors.ts';
import { decodeObject, type StoredObject, type WatchEvent } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { type FieldStep, parseFieldPath, valueAt } from './field-path.ts';

/** Grouping by a name would be a list in disguise. */
const MAX_GROUPS = 1_000;
const MAX_VALUE = 256;

const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value).slice(0, MAX_VALUE) : '';

export class Counters {
  readonly #paths: readonly (readonly FieldStep[])[];
  readonly #groupOf = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Throws 400 on what is no path. */
  constructor(groupBy: readonly string[]) {
    this.#paths = groupBy.map(parseFieldPath);
  }

  /** Throws 400 when there are too many groups. */
  add({ type, object }: WatchEvent): void {
    const before = this.#groupOf.get(object.uid);
    const after = type === 'DELETED' ? undefined : this.#group(object);
    if (after === before) {
      return;
    }
    this.#shift(before, -1);
    this.#shift(after, 1);
    if (after === undefined) {
      this.#groupOf.delete(object.uid);
    } else {
      this.#groupOf.set(object.uid, after);
    }
  }

  /** As text, and sortable: apiVersion, kind, then the group's values. */
  #group(stored: StoredObject): string {
    const object = decodeObject<KubeObject>(stored);
    const values = this.#paths.map((path) => textOf(valueAt(object, path)));
    return JSON.stringify([object.apiVersion, object.kind, ...values]);
  }

  #shift(group: string | undefined, by: number): void {
    if (group === undefined) {
      return;
    }
    const count = (this.#counts.get(group) ?? 0) + by;
    if (count === 0) {
      this.#counts.delete(group);
      return;
    }
    this.#counts.set(group, count);
    if (this.#counts.size > MAX_GROUPS) {
      throw badRequest(`aggregate: the paths of groupBy make more than ${MAX_GROUPS} groups`);
    }
  }

  /** The `counts` of a frame. */
  toJson(): string {
    const rows = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify(
      rows.map(([text, count]) => {
        const [apiVersion, kind, ...group] = JSON.parse(text) as string[];
        return { apiVersion, kind, group, count };
      }),
    );
  }
}
