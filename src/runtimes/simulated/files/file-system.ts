/** The files of one simulated container: a tree in memory, bounded. Pure but for its own state. */
import { posix } from 'node:path';
import { costOf, type DirectoryNode, type FileNode, type FileSystemNode, NODE_BYTES } from './file-node.ts';

/** `message` in the words of strerror(3). */
export class FileError extends Error {}

export const NOT_FOUND = 'No such file or directory';
export const NOT_DIRECTORY = 'Not a directory';
const IS_DIRECTORY = 'Is a directory';
export const EXISTS = 'File exists';
const NO_SPACE = 'No space left on device';
const TOO_MANY_LINKS = 'Too many levels of symbolic links';

/** Shared by the file systems of a process. */
export interface Budget {
  bytes: number;
}

export interface FileSystemOptions {
  /** Of this container. */
  readonly maxBytes: number;
  /** Left for all containers. */
  readonly shared: Budget;
  readonly now: () => number;
}

export class FileSystem {
  readonly #options: FileSystemOptions;
  readonly #root: DirectoryNode;
  #used = 0;
  #changes = 0;

  constructor(options: FileSystemOptions) {
    this.#options = options;
    this.#root = { kind: 'directory', entries: new Map(), mode: 0o755, mtime: options.now() };
  }

  /** How often something was changed. */
  get changes(): number {
    return this.#changes;
  }

  /** No link is followed, here and below. */
  find(path: string): FileSystemNode | undefined {
    let node: FileSystemNode | undefined = this.#root;
    for (const name of namesOf(path)) {
      node = node?.kind === 'directory' ? node.entries.get(name) : undefined;
    }
    return node;
  }

  /** Sorted by name. Throws FileError. */
  list(path: string): readonly (readonly [string, FileSystemNode])[] {
    const node = this.#get(path);
    if (node.kind !== 'directory') {
      throw new FileError(NOT_DIRECTORY);
    }
    return [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  read(path: string): readonly Uint8Array[] {
    return file(this.#get(path)).chunks;
  }

  makeDirectory(path: string, { parents = false, mode = 0o755 } = {}): void {
    let node: FileSystemNode = this.#root;
    const names = namesOf(path);
    for (const [index, name] of names.entries()) {
      const entries: DirectoryNode['entries'] = directory(node).entries;
      const next: FileSystemNode | undefined = entries.get(name);
      const isLast = index === names.length - 1;
      if (next === undefined) {
        if (!parents && !isLast) {
          throw new FileError(NOT_FOUND);
        }
        this.#take(NODE_BYTES);
        node = { kind: 'directory', entries: new Map(), mode, mtime: this.#options.now() };
        entries.set(name, node);
      } else if (isLast && (!parents || next.kind !== 'directory')) {
        throw new FileError(EXISTS);
      } else {
        node = next;
      }
    }
  }

  /** Creates an empty file, or empties or only touches the one that is there. */
  open(path: string, { truncate = false, mode = 0o644 } = {}): void {
    const { entries, name } = this.#parent(path);
    if (name === '') {
      throw new FileError(IS_DIRECTORY);
    }
    const found = entries.get(name);
    const mtime = this.#options.now();
    if (found === undefined) {
      this.#take(NODE_BYTES);
      entries.set(name, { kind: 'file', chunks: [], size: 0, mode, mtime });
      return;
    }
    const node = file(found);
    node.mtime = mtime;
    this.#changes += 1;
    if (truncate) {
      this.#take(-node.size);
      node.chunks = [];
      node.size = 0;
    }
  }

  append(path: string, chunk: Uint8Array): void {
    const node = file(this.#get(path));
    this.#take(chunk.length);
    // A copy: a small slice would keep alive the whole buffer that it came in.
    node.chunks.push(Uint8Array.from(chunk));
    node.size += chunk.length;
    node.mtime = this.#options.now();
  }

  link(path: string, target: string): void {
    const { entries, name } = this.#parent(path);
    if (name === '' || entries.has(name)) {
      throw new FileError(EXISTS);
    }
    const node: FileSystemNode = { kind: 'symlink', target, mode: 0o777, mtime: this.#options.now() };
    this.#take(costOf(node));
    entries.set(name, node);
  }

  touch(path: string, change: { mtime?: number; mode?: number }): void {
    Object.assign(this.#get(path), change);
    this.#changes += 1;
  }

  remove(path: string, { recursive = false } = {}): void {
    const { entries, name } = this.#parent(path);
    const node = entries.get(name);
    if (node === undefined) {
      throw new FileError(NOT_FOUND);
    }
    if (node.kind === 'directory' && !recursive) {
      throw new FileError(IS_DIRECTORY);
    }
    entries.delete(name);
    this.#take(-costOf(node));
  }

  rename(from: string, to: string): void {
    const source = this.#parent(from);
    const node = source.entries.get(source.name);
    const target = this.#parent(to);
    if (node === undefined) {
      throw new FileError(NOT_FOUND);
    }
    if (`${to}/`.startsWith(`${from}/`)) {
      throw new FileError('Invalid argument');
    }
    if (target.entries.get(target.name)?.kind === 'directory') {
      throw new FileError(EXISTS);
    }
    this.#take(-costOf(target.entries.get(target.name)));
    source.entries.delete(source.name);
    target.entries.set(target.name, node);
  }

  /** Gives back what it took from the shared budget; not to be used afterwards. */
  discard(): void {
    this.#root.entries.clear();
    this.#take(-this.#used);
  }

  #get(path: string): FileSystemNode {
    const node = this.find(path);
    if (node === undefined) {
      throw new FileError(NOT_FOUND);
    }
    return node;
  }

  #parent(path: string): { entries: DirectoryNode['entries']; name: string } {
    const names = namesOf(path);
    const node = this.#get(`/${names.slice(0, -1).join('/')}`);
    return { entries: directory(node).entries, name: names.at(-1) ?? '' };
  }

  /** Of the budget, for a change. */
  #take(bytes: number): void {
    this.#changes += 1;
    const { maxBytes, shared } = this.#options;
    if (bytes > 0 && (this.#used + bytes > maxBytes || bytes > shared.bytes)) {
      throw new FileError(NO_SPACE);
    }
    this.#used += bytes;
    shared.bytes -= bytes;
  }
}

const namesOf = (path: string): string[] =>
  posix
    .normalize(path)
    .split('/')
    .filter((name) => name !== '' && name !== '.');

function file(node: FileSystemNode): FileNode {
  if (node.kind !== 'file') {
    throw new FileError(node.kind === 'directory' ? IS_DIRECTORY : TOO_MANY_LINKS);
  }
  return node;
}

function directory(node: FileSystemNode): DirectoryNode {
  if (node.kind !== 'directory') {
    throw new FileError(NOT_DIRECTORY);
  }
  return node;
}
