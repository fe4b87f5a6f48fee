/** The wanted fields of an object, and always its identity. */
import { badRequest } from '../../errors.ts';
import { parseFieldPath } from './field-path.ts';

/** What is wanted below; empty: everything. */
interface Tree extends ReadonlyMap<string, Tree> {}
type GrowingTree = Map<string, GrowingTree>;

/** Enough to know the object, how new this is, whether its spec changed and whether it is being deleted. */
const IDENTITY = [
  ['apiVersion'],
  ['kind'],
  ...['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'deletionTimestamp'].map((key) => ['metadata', key]),
];

function insert(tree: GrowingTree, [key, ...rest]: readonly string[]): void {
  if (key === undefined) {
    // The whole was asked for: single fields of it say nothing more.
    tree.clear();
    return;
  }
  const known = tree.get(key);
  if (known?.size === 0) {
    return;
  }
  const below: GrowingTree = known ?? new Map();
  tree.set(key, below);
  insert(below, rest);
}

function keysOf(path: string): string[] {
  return parseFieldPath(path).map(({ key, where }) => {
    if (where !== undefined) {
      throw badRequest(`fields: a path through a list picks from all its elements: ${JSON.stringify(path)}`);
    }
    return key;
  });
}

function pick(value: unknown, tree: Tree, inList = false): unknown {
  if (tree.size === 0) {
    return value;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if (Array.isArray(value)) {
    return inList ? undefined : value.flatMap((item) => pick(item, tree, true) ?? []);
  }
  // Without a prototype `__proto__` is a key like any other.
  const picked = Object.create(null) as Record<string, unknown>;
  for (const [key, below] of tree) {
    if (Object.hasOwn(value, key)) {
      picked[key] = pick((value as Record<string, unknown>)[key], below);
    }
  }
  return picked;
}

export type Project = (object: object) => unknown;

/** Throws 400 on what is no path. */
export function projectionOf(fields: readonly string[]): Project {
  const tree: GrowingTree = new Map();
  for (const path of [...IDENTITY, ...fields.map(keysOf)]) {
    insert(tree, path);
  }
  return (object) => pick(object, tree);
}
