/** The files of a container with its volumes in their places: each path belongs to one file system. */
import { posix } from 'node:path';
import type { FileSystemNode } from './file-node.ts';
import { EXISTS, FileError, type FileSystem, NOT_DIRECTORY, NOT_FOUND } from './file-system.ts';
import { faultOf, type MountTree, pathTo, type Step, type Walk, walk } from './walk.ts';

/** What programs may do with files. Links are followed but where they themselves are meant. */
export interface Files
  extends Pick<
    FileSystem,
    'find' | 'list' | 'read' | 'makeDirectory' | 'open' | 'append' | 'link' | 'touch' | 'remove' | 'rename' | 'changes'
  > {
  /** As `find`, but a link at the end is not followed. */
  lookUp(path: string): FileSystemNode | undefined;
  /** Without links; the last name need not be there. undefined: what leads to it is not. */
  realPath(path: string): string | undefined;
}

export interface MountPoint {
  /** Absolute and normal. */
  readonly path: string;
  readonly files: FileSystem;
  /** Of `files`; '' for all of it. It may be one file. */
  readonly subPath: string;
  readonly readOnly: boolean;
}

const READ_ONLY = 'Read-only file system';
const BUSY = 'Device or resource busy';
const CROSS_DEVICE = 'Invalid cross-device link';

interface Place {
  readonly files: FileSystem;
  readonly path: string;
  /** In the container. */
  readonly whole: string;
  readonly readOnly: boolean;
  readonly node: FileSystemNode | undefined;
}

const normal = (path: string): string => posix.resolve('/', path);
const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') {
    end -= 1;
  }
  return path.slice(0, end);
}

function treeOf(mounts: readonly MountPoint[]): MountTree {
  const root: MountTree = { below: new Map() };
  for (const { path, files, subPath } of mounts) {
    let at = root;
    for (const name of path.split('/').filter((one) => one !== '')) {
      const next = at.below.get(name) ?? { below: new Map() };
      at.below.set(name, next);
      at = next;
    }
    at.mounted ??= () => files.find(subPath);
  }
  return root;
}

export class MountedFiles implements Files {
  readonly #base: FileSystem;
  /** The deepest first. */
  readonly #mounts: readonly MountPoint[];
  readonly #tree: MountTree;

  /** Makes the places of the mounts in `base`. Throws FileError when one of them cannot be. */
  constructor(base: FileSystem, mounts: readonly MountPoint[]) {
    this.#base = base;
    this.#mounts = [...mounts].sort((a, b) => b.path.length - a.path.length);
    this.#tree = treeOf(this.#mounts);
    for (const { path, files, subPath } of this.#mounts) {
      const isFile = files.find(subPath)?.kind === 'file';
      const folder = isFile ? posix.dirname(path) : path;
      if (base.find(folder) === undefined) {
        base.makeDirectory(folder, { parents: true });
      }
      if (isFile) {
        base.open(path);
      }
    }
  }

  get changes(): number {
    return this.#mounts.reduce((sum, { files }) => sum + files.changes, this.#base.changes);
  }

  find(path: string): FileSystemNode | undefined {
    const { at, error } = this.#walk(path);
    return error === undefined ? at.node : undefined;
  }

  lookUp(path: string): FileSystemNode | undefined {
    const { at, error } = this.#walk(path, false);
    return error === undefined ? at.node : undefined;
  }

  realPath(path: string): string | undefined {
    const { at, error } = this.#walk(path);
    return error === undefined ? pathTo(at) : undefined;
  }

  list(path: string): readonly (readonly [string, FileSystemNode])[] {
    const { at, error } = this.#walk(path);
    const { files, path: within } = this.#placeOf(at, error);
    // What is mounted shows in place of what it covers.
    return files.list(within).map(([name, node]) => [name, at.mounts?.below.get(name)?.mounted?.() ?? node]);
  }

  read(path: string): readonly Uint8Array[] {
    const { files, path: at } = this.#at(path);
    return files.read(at);
  }

  makeDirectory(path: string, options?: { parents?: boolean; mode?: number }): void {
    if (options?.parents === true) {
      this.#makeAll(path, options);
      return;
    }
    const { files, path: at, node } = this.#entry(path);
    if (node !== undefined) {
      throw new FileError(EXISTS);
    }
    files.makeDirectory(at, options);
  }

  open(path: string, options?: { truncate?: boolean; mode?: number }): void {
    const { files, path: at } = this.#toWrite(path);
    files.open(at, options);
  }

  append(path: string, chunk: Uint8Array): void {
    const { files, path: at } = this.#toWrite(path);
    files.append(at, chunk);
  }

  link(path: string, target: string): void {
    const { files, path: at } = this.#entry(path);
    const fault = faultOf(target);
    if (fault !== undefined) {
      throw new FileError(fault);
    }
    files.link(at, target);
  }

  touch(path: string, change: { mtime?: number; mode?: number }): void {
    const { files, path: at } = this.#toWrite(path);
    files.touch(at, change);
  }

  remove(path: string, options?: { recursive?: boolean }): void {
    const { files, path: at, whole } = this.#entry(path);
    this.#checkFree(whole);
    files.remove(at, options);
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#entry(from), this.#entry(to)];
    this.#checkFree(source.whole);
    if (source.files !== target.files) {
      throw new FileError(CROSS_DEVICE);
    }
    source.files.rename(source.path, target.path);
  }

  /** `mkdir -p`: what is missing is made, but for what a link leads to. */
  #makeAll(path: string, options: { mode?: number }): void {
    for (;;) {
      const { at, error, rest } = this.#walk(path);
      if (at.node?.kind === 'directory' && error === undefined) {
        return;
      }
      if (at.node !== undefined || at.isOfLink || (error ?? NOT_FOUND) !== NOT_FOUND) {
        throw new FileError(error === undefined || (error === NOT_FOUND && at.isOfLink) ? EXISTS : error);
      }
      // `..` leads back from what is made: the next walk sees it.
      const back = rest.indexOf('..');
      const { files, path: within } = writable(
        this.#place(posix.join(pathTo(at), ...rest.slice(0, back < 0 ? rest.length : back))),
      );
      files.makeDirectory(within, { ...options, parents: true });
    }
  }

  #walk(path: string, followsLast = true): Walk {
    const mounts = this.#tree;
    const node = mounts.mounted === undefined ? this.#base.find('/') : mounts.mounted();
    return walk(path, { parent: undefined, name: '', node, mounts, isOfLink: false }, followsLast);
  }

  /** Where the links lead. Throws FileError. */
  #at(path: string): Place {
    const { at, error } = this.#walk(path);
    return this.#placeOf(at, error);
  }

  #toWrite(path: string): Place {
    return writable(this.#at(path));
  }

  /** To change in its folder: no link at the end is followed, not before a slash either. Throws FileError. */
  #entry(path: string): Place {
    const plain = withoutSlashes(path);
    const { at, error } = this.#walk(plain, false);
    if (plain !== path && error === undefined && at.node !== undefined && at.node.kind !== 'directory') {
      throw new FileError(NOT_DIRECTORY);
    }
    return writable(this.#placeOf(at, error));
  }

  #placeOf(at: Step, error: string | undefined): Place {
    if (error !== undefined) {
      throw new FileError(error);
    }
    return { ...this.#place(pathTo(at)), node: at.node };
  }

  #place(whole: string): Omit<Place, 'node'> {
    const mount = this.#mounts.find((one) => isWithin(whole, one.path));
    if (mount === undefined) {
      return { files: this.#base, path: whole, whole, readOnly: false };
    }
    const { files, subPath, readOnly } = mount;
    return { files, path: normal(posix.join(subPath, whole.slice(mount.path.length))), whole, readOnly };
  }

  #checkFree(whole: string): void {
    if (this.#mounts.some((mount) => isWithin(mount.path, whole))) {
      throw new FileError(BUSY);
    }
  }
}

function writable<T extends { readonly readOnly: boolean }>(place: T): T {
  if (place.readOnly) {
    throw new FileError(READ_ONLY);
  }
  return place;
}
