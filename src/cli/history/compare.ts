/** What differs between two states of a fleet: both sides come in the order of their keys and are walked side by side. */
import type { PlainObject } from './past-objects.ts';

export interface FieldChange {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}
export interface ObjectChange {
  readonly change: 'added' | 'removed' | 'changed' | 'replaced';
  readonly namespace?: string;
  readonly name: string;
  readonly fields?: readonly FieldChange[];
}

/** They change with every write, and say nothing beside it. */
const BOOKKEEPING = new Set(['metadata.resourceVersion', 'metadata.managedFields']);

const keyOf = ({ metadata: { namespace = '', name } }: PlainObject): string => `${namespace}/${name}`;

export async function* compare(
  before: AsyncIterator<PlainObject>,
  after: AsyncIterator<PlainObject>,
): AsyncGenerator<ObjectChange> {
  let [a, b] = [await before.next(), await after.next()];
  while (a.done !== true || b.done !== true) {
    const order = a.done === true ? 1 : b.done === true ? -1 : orderOf(a.value, b.value);
    if (order < 0 && a.done !== true) {
      yield { change: 'removed', ...nameOf(a.value) };
    } else if (order > 0 && b.done !== true) {
      yield { change: 'added', ...nameOf(b.value) };
    } else if (a.done !== true && b.done !== true) {
      const change = changeOf(a.value, b.value);
      if (change !== undefined) {
        yield change;
      }
    }
    a = order <= 0 ? await before.next() : a;
    b = order >= 0 ? await after.next() : b;
  }
}

function orderOf(a: PlainObject, b: PlainObject): number {
  const [x, y] = [a.metadata.namespace ?? '', b.metadata.namespace ?? ''];
  return x < y ? -1 : x > y ? 1 : a.metadata.name < b.metadata.name ? -1 : keyOf(a) === keyOf(b) ? 0 : 1;
}

const nameOf = ({ metadata: { namespace, name } }: PlainObject) => ({
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

function changeOf(before: PlainObject, after: PlainObject): ObjectChange | undefined {
  if (before.metadata['uid'] !== after.metadata['uid']) {
    return { change: 'replaced', ...nameOf(after) };
  }
  const fields = [...fieldChanges(before, after, '')];
  return fields.length === 0 ? undefined : { change: 'changed', ...nameOf(after), fields };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function* fieldChanges(from: unknown, to: unknown, path: string): Generator<FieldChange> {
  if (BOOKKEEPING.has(path) || from === to) {
    return;
  }
  if (!isObject(from) || !isObject(to) || Array.isArray(from) !== Array.isArray(to)) {
    yield { path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    return;
  }
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const step = Array.isArray(from) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    yield* fieldChanges(from[name], to[name], step);
  }
}
