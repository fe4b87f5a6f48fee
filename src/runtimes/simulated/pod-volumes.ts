/**
 * The volumes of simulated pods: shared by a pod's containers, made when somebody first looks, in the memory of this
 * process for as long as the pod. What comes from the cluster's objects is put in anew at every look.
 */
import { posix } from 'node:path';
import type { Mount, VolumeFile } from '../runtime.ts';
import { FileSystem, type FileSystemOptions } from './files/file-system.ts';
import type { MountPoint } from './files/mounted-files.ts';

export interface OpenedMounts {
  readonly points: readonly MountPoint[];
  /** What was made for this look stays. */
  keep(): void;
  /** What was made for this look and was not kept goes. */
  drop(): void;
}

export class PodVolumes {
  readonly #options: FileSystemOptions;
  /** By pod, by volume. */
  readonly #pods = new Map<string, Map<string, FileSystem>>();

  constructor(options: FileSystemOptions) {
    this.#options = options;
  }

  open(uid: string, mounts: readonly Mount[]): OpenedMounts {
    const made = new Map<string, FileSystem>();
    const points = mounts.map(({ volume, path, subPath, readOnly, content }) => {
      const known = this.#pods.get(uid)?.get(volume) ?? made.get(volume);
      const files = known ?? new FileSystem(this.#options);
      if (known === undefined) {
        made.set(volume, files);
      }
      if (content.kind === 'files') {
        fill(files, content.files);
      }
      if (files.find(subPath) === undefined) {
        files.makeDirectory(subPath, { parents: true });
      }
      return { path: posix.resolve('/', path), files, subPath, readOnly: readOnly || content.kind === 'files' };
    });
    return {
      points,
      keep: () => this.#keep(uid, made),
      drop: () => {
        for (const [volume, files] of made) {
          if (this.#pods.get(uid)?.get(volume) !== files) {
            files.discard();
          }
        }
      },
    };
  }

  #keep(uid: string, made: ReadonlyMap<string, FileSystem>): void {
    const volumes = this.#pods.get(uid) ?? new Map<string, FileSystem>();
    for (const [volume, files] of made) {
      // Two looks at once have each made theirs: the first is the pod's.
      if (!volumes.has(volume)) {
        volumes.set(volume, files);
      }
    }
    if (volumes.size > 0) {
      this.#pods.set(uid, volumes);
    }
  }

  get pods(): string[] {
    return [...this.#pods.keys()];
  }

  /** The pod is gone. */
  forget(uid: string): void {
    for (const files of this.#pods.get(uid)?.values() ?? []) {
      files.discard();
    }
    this.#pods.delete(uid);
  }
}

function fill(files: FileSystem, content: readonly VolumeFile[]): void {
  for (const [name] of files.list('/')) {
    files.remove(`/${name}`, { recursive: true });
  }
  for (const { path, content: bytes, mode } of content) {
    const at = posix.resolve('/', path);
    if (posix.dirname(at) !== '/' && files.find(posix.dirname(at)) === undefined) {
      files.makeDirectory(posix.dirname(at), { parents: true });
    }
    files.open(at, { mode });
    files.append(at, bytes);
  }
}
