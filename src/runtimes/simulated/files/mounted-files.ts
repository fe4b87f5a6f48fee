/** The files of a container with its volumes in their places: each path belongs to one file system. */
import { posix } from 'node:path';
import type { FileSystemNode } from './file-node.ts';
import { FileError, type FileSystem, TOO_MANY_LINKS } from './file-system.ts';

/** What programs may do with files. Links are followed but where they themselves are meant. */
export interface Files
  extends Pick<
    FileSystem,
    'find' | 'list' | 'read' | 'makeDirectory' | 'open' | 'append' | 'link' | 'touch' | 'remove' | 'rename' | 'changes'
  > {
  /** As `find`, but a link at the end is not followed. */
  lookUp(path: string): FileSystemNode | undefined;
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
/** As Linux. */
const MAX_LINKS = 40;
const CROSS_DEVICE = 'Invalid cross-device link';

interface Place {
  readonly files: FileSystem;
  readonly path: string;
  /** In the container. */
  readonly whole: string;
  readonly readOnly: boolean;
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '');
const normal = (path: string): string => posix.resolve('/', path);
const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

export class MountedFiles implements Files {
  readonly #base: FileSystem;
  /** The deepest first. */
  readonly #mounts: readonly MountPoint[];

  /** Makes the places of the mounts in `base`. Throws FileError when one of them cannot be. */
  constructor(base: FileSystem, mounts: readonly MountPoint[]) {
    this.#base = base;
    this.#mounts = [...mounts].sort((a, b) => b.path.length - a.path.length);
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
    const whole = this.#followed(path);
    return whole === undefined ? undefined : this.#nodeAt(whole);
  }

  lookUp(path: string): FileSystemNode | undefined {
    const folder = this.#followed(posix.dirname(normal(path)));
    return folder === undefined ? undefined : this.#nodeAt(posix.join(folder, posix.basename(normal(path))));
  }

  list(path: string): readonly (readonly [string, FileSystemNode])[] {
    const { files, path: at } = this.#at(path);
    // What is mounted shows in place of what it covers.
    return files.list(at).map(([name, node]) => [name, this.lookUp(posix.join(path, name)) ?? node]);
  }

  read(path: string): readonly Uint8Array[] {
    const { files, path: at } = this.#at(path);
    return files.read(at);
  }

  makeDirectory(path: string, options?: { parents?: boolean; mode?: number }): void {
    const isThere = options?.parents === true && this.find(path) !== undefined;
    const { files, path: at } = isThere ? this.#at(path) : this.#toWrite(path, options?.parents === true);
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
    const { files, path: at } = this.#toWrite(path, false);
    files.link(at, target);
  }

  touch(path: string, change: { mtime?: number; mode?: number }): void {
    const { files, path: at } = this.#toWrite(path);
    files.touch(at, change);
  }

  remove(path: string, options?: { recursive?: boolean }): void {
    const { files, path: at, whole } = this.#toWrite(path, false);
    this.#checkFree(whole);
    files.remove(at, options);
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#toWrite(from, false), this.#toWrite(to, false)];
    this.#checkFree(source.whole);
    if (source.files !== target.files) {
      throw new FileError(CROSS_DEVICE);
    }
    source.files.rename(source.path, target.path);
  }

  /** Throws FileError where links lead in a circle. */
  #at(path: string, followsLast = true): Place {
    const whole = this.#followed(path, followsLast);
    if (whole === undefined) {
      throw new FileError(TOO_MANY_LINKS);
    }
    return this.#place(whole);
  }

  /** Where the links on the way lead, from one mount to another as in a kernel; undefined: in a circle. */
  #followed(path: string, followsLast = true): string | undefined {
    let names = namesOf(normal(path));
    if (!this.#base.hasLinks && !this.#mounts.some(({ files }) => files.hasLinks)) {
      return `/${names.join('/')}`;
    }
    let at = '/';
    for (let links = 0; links <= MAX_LINKS; ) {
      const [name, ...rest] = names;
      if (name === undefined) {
        return at;
      }
      const next = posix.join(at, name);
      const node = rest.length > 0 || followsLast ? this.#nodeAt(next) : undefined;
      const isLink = node?.kind === 'symlink';
      links += isLink ? 1 : 0;
      names = isLink ? [...namesOf(posix.resolve(at, node.target)), ...rest] : rest;
      at = isLink ? '/' : next;
    }
    return undefined;
  }

  #nodeAt(whole: string): FileSystemNode | undefined {
    const { files, path } = this.#place(whole);
    return files.find(path);
  }

  #place(whole: string): Place {
    const mount = this.#mounts.find((one) => isWithin(whole, one.path));
    if (mount === undefined) {
      return { files: this.#base, path: whole, whole, readOnly: false };
    }
    const { files, subPath, readOnly } = mount;
    return { files, path: normal(posix.join(subPath, whole.slice(mount.path.length))), whole, readOnly };
  }

  #toWrite(path: string, followsLast = true): Place {
    const place = this.#at(path, followsLast);
    if (place.readOnly) {
      throw new FileError(READ_ONLY);
    }
    return place;
  }

  #checkFree(whole: string): void {
    if (this.#mounts.some((mount) => isWithin(mount.path, whole))) {
      throw new FileError(BUSY);
    }
  }
}
