/** From a path to where it leads, as a kernel goes: node by node, over mounts and links. Linear in the path's length. */
import type { FileSystemNode } from './file-node.ts';

const NOT_FOUND = 'No such file or directory';
const NOT_DIRECTORY = 'Not a directory';
const TOO_MANY_LINKS = 'Too many levels of symbolic links';
const NAME_TOO_LONG = 'File name too long';
/** As Linux. */
const MAX_LINKS = 40;
/** PATH_MAX without the byte that ends it. */
export const MAX_PATH_BYTES = 4095;

/** The names on the ways to what is mounted. */
export interface MountTree {
  mounted?: () => FileSystemNode | undefined;
  readonly below: Map<string, MountTree>;
}

export interface Step {
  /** undefined: the root. */
  readonly parent: Step | undefined;
  readonly name: string;
  /** undefined: there is nothing yet. */
  readonly node: FileSystemNode | undefined;
  readonly mounts: MountTree | undefined;
  /** The target of a link named it. */
  readonly isOfLink: boolean;
}

export interface Walk {
  /** The last step that was taken. */
  readonly at: Step;
  /** Why the walk ended there, with names left. */
  readonly error?: string;
  readonly rest: readonly string[];
}

/** What is wrong with the text itself of a path or of a link's target. */
export function faultOf(path: string): string | undefined {
  if (path === '') {
    return NOT_FOUND;
  }
  return Buffer.byteLength(path) > MAX_PATH_BYTES ? NAME_TOO_LONG : undefined;
}

/** A slash at the end means what the folder itself (`.`) means: a link before it is followed. */
const namesOf = (path: string): string[] => [
  ...path.split('/').filter((name) => name !== ''),
  ...(path.endsWith('/') ? ['.'] : []),
];

export function walk(path: string, root: Step, followsLast: boolean): Walk {
  const fault = faultOf(path);
  if (fault !== undefined) {
    return { at: root, error: fault, rest: [] };
  }
  /** The next one last. */
  const left = namesOf(path).reverse();
  let at = root;
  let links = 0;
  /** With so many names left, or more, those of a link's target are walked. */
  let linkEnd = Number.POSITIVE_INFINITY;
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const error = errorAt(at);
    if (error !== undefined) {
      return { at, error, rest: [name, ...left.reverse()] };
    }
    const next = stepTo(at, name, left.length >= linkEnd);
    if (next.node?.kind !== 'symlink' || (left.length === 0 && !followsLast)) {
      at = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) {
      return { at, error: TOO_MANY_LINKS, rest: [] };
    }
    linkEnd = Math.min(linkEnd, left.length);
    at = next.node.target.startsWith('/') ? root : at;
    left.push(...namesOf(next.node.target).reverse());
  }
  return { at, rest: [] };
}

function errorAt({ node, mounts }: Step): string | undefined {
  if (node === undefined) {
    // What is mounted further down can be reached all the same.
    return mounts === undefined ? NOT_FOUND : undefined;
  }
  return node.kind === 'directory' ? undefined : NOT_DIRECTORY;
}

function stepTo(at: Step, name: string, isOfLink: boolean): Step {
  if (name === '.') {
    return at;
  }
  if (name === '..') {
    return at.parent ?? at;
  }
  const mounts = at.mounts?.below.get(name);
  const own = at.node?.kind === 'directory' ? at.node.entries.get(name) : undefined;
  return { parent: at, name, node: mounts?.mounted === undefined ? own : mounts.mounted(), mounts, isOfLink };
}

/** The path without links that leads there. */
export function pathTo(step: Step): string {
  const names: string[] = [];
  for (let at = step; at.parent !== undefined; at = at.parent) {
    names.push(at.name);
  }
  return `/${names.reverse().join('/')}`;
}
