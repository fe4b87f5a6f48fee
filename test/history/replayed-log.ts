/** The change log as states: what each key held after every revision. Pure. */
import type { ChangeType, LogEntry, ObjectState, Selector } from './history.ts';

/** A key from `from` until before `until`: an object, or its absence. */
interface Period {
  readonly from: number;
  readonly until: number;
  readonly object: ObjectState | undefined;
}

export const matches = ({ namespace, color, key }: Selector, object: ObjectState): boolean =>
  (namespace === undefined || object.key.startsWith(`${namespace}/`)) &&
  (color === undefined || object.color === color) &&
  (key === undefined || object.key === key);

const isSame = (a: ObjectState, b: ObjectState): boolean =>
  a.key === b.key && a.uid === b.uid && a.revision === b.revision && a.value === b.value && a.color === b.color;

export const sameObjects = (a: readonly ObjectState[], b: readonly ObjectState[]): boolean => {
  const byKey = new Map(b.map((object) => [object.key, object]));
  return (
    a.length === b.length &&
    byKey.size === b.length &&
    a.every((object) => {
      const other = byKey.get(object.key);
      return other !== undefined && isSame(object, other);
    })
  );
};

export interface ExpectedEvent {
  readonly type: ChangeType;
  readonly object: ObjectState;
}

export class ReplayedLog {
  readonly #periods = new Map<string, Period[]>();
  readonly #entries = new Map<number, LogEntry>();
  readonly #before = new Map<number, ObjectState | undefined>();

  constructor(log: readonly LogEntry[]) {
    for (const entry of log) {
      this.#entries.set(entry.revision, entry);
      if (entry.object !== undefined) {
        this.#apply(entry, entry.object);
      }
    }
  }

  #apply({ revision, type }: LogEntry, object: ObjectState): void {
    const periods = this.#periods.get(object.key) ?? [];
    this.#periods.set(object.key, periods);
    const last = periods.pop() ?? { from: 0, until: Number.POSITIVE_INFINITY, object: undefined };
    this.#before.set(revision, last.object);
    periods.push({ ...last, until: revision });
    const next = type === 'DELETED' ? undefined : object;
    periods.push({ from: revision, until: Number.POSITIVE_INFINITY, object: next });
  }

  entry(revision: number): LogEntry | undefined {
    return this.#entries.get(revision);
  }
  /** What the key of this entry held before it. */
  before(revision: number): ObjectState | undefined {
    return this.#before.get(revision);
  }

  /** The first revision, not before `revision`, after which `test` holds for the key; undefined: never. */
  firstFrom(key: string, revision: number, test: (object: ObjectState | undefined) => boolean): number | undefined {
    const periods = this.#periods.get(key);
    if (periods === undefined) {
      return test(undefined) ? revision : undefined;
    }
    const found = periods.find(({ until, object }) => until > revision && test(object));
    return found === undefined ? undefined : Math.max(found.from, revision);
  }

  /** All matching objects after `revision`. */
  stateAt(revision: number, selector: Selector = {}): ObjectState[] {
    const objects = [...this.#periods.values()].map(
      (periods) => periods.find(({ from, until }) => from <= revision && revision < until)?.object,
    );
    return objects.filter((object) => object !== undefined).filter((object) => matches(selector, object));
  }

  /** The log after `from` as a watch of the selector shows it. */
  slice(from: number, selector: Selector): ExpectedEvent[] {
    const revisions = [...this.#entries.keys()].filter((revision) => revision > from);
    return revisions.flatMap((revision) => this.#event(revision, selector) ?? []);
  }

  #event(revision: number, selector: Selector): ExpectedEvent | undefined {
    const { type, object } = this.#entries.get(revision) ?? {};
    if (object === undefined || type === undefined) {
      return undefined;
    }
    const before = this.#before.get(revision);
    const did = before !== undefined && matches(selector, before);
    const does = type !== 'DELETED' && matches(selector, object);
    if (does) {
      return { type: did ? 'MODIFIED' : 'ADDED', object };
    }
    return did ? { type: 'DELETED', object } : undefined;
  }
}
