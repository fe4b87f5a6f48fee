/** The files of a container with its volumes in their places: each path belongs to one file system. */
import { posix } from 'node:path';
import { FileError, type FileSystem, type FileSystemNode } from './file-system.ts';

/** What programs may do with files. */
export type Files = Pick<
  FileSystem,
  'find' | 'list' | 'read' | 'makeDirectory' | 'open' | 'append' | 'touch' | 'remove' | 'rename' | 'changes'
>;

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
  readonly readOnly: boolean;
}

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
    const { files, path: at } = this.#at(path);
    return files.find(at);
  }

  list(path: string): readonly (readonly [string, FileSystemNode])[] {
    const { files, path: at } = this.#at(path);
    // What is mounted shows in place of what it covers.
    return files.list(at).map(([name, node]) => [name, this.find(posix.join(path, name)) ?? node]);
  }

  read(path: string): readonly Uint8Array[] {
    const { files, path: at } = this.#at(path);
    return files.read(at);
  }

  makeDirectory(path: string, options?: { parents?: boolean; mode?: number }): void {
    const { files, path: at } = options?.parents === true && this.find(path) ? this.#at(path) : this.#toWrite(path);
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

  touch(path: string, change: { mtime?: number; mode?: number }): void {
    const { files, path: at } = this.#toWrite(path);
    files.touch(at, change);
  }

  remove(path: string, options?: { recursive?: boolean }): void {
    const { files, path: at } = this.#toWrite(path);
    this.#checkFree(path);
    files.remove(at, options);
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#toWrite(from), this.#toWrite(to)];
    this.#checkFree(from);
    if (source.files !== target.files) {
      throw new FileError(CROSS_DEVICE);
    }
    source.files.rename(source.path, target.path);
  }

  #at(path: string): Place {
    const whole = normal(path);
    const mount = this.#mounts.find((one) => isWithin(whole, one.path));
    if (mount === undefined) {
      return { files: this.#base, path: whole, readOnly: false };
    }
    const { files, subPath, readOnly } = mount;
    return { files, path: normal(posix.join(subPath, whole.slice(mount.path.length))), readOnly };
  }

  #toWrite(path: string): Place {
    const place = this.#at(path);
    if (place.readOnly) {
      throw new FileError(READ_ONLY);
    }
    return place;
  }

  #checkFree(path: string): void {
    const whole = normal(path);
    if (this.#mounts.some((mount) => isWithin(mount.path, whole))) {
      throw new FileError(BUSY);
    }
  }
}
