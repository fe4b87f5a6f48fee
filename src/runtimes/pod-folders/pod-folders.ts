/**
 * pod-folders/: what a runtime of this host keeps for a pod on disk: volumes, logs, hosts file, last words. Everything of
 * a pod is below `<root>/pods/<uid>`, so that removing the pod is removing one folder; what claims have outlives their
 * pods in `<root>/claims/<uid of the PersistentVolume>`.
 * May import the contract and timing; never a runtime.
 */
import { chmod, chown, mkdir, open, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mount, RuntimeError } from '../runtime.ts';
import { hostPath } from './host-path.ts';
import { mountMemory, unmountWithin } from './memory-mounts.ts';
import { subPathOf } from './sub-path.ts';
import { writeFiles } from './write-files.ts';

export interface BoundMount extends Pick<Mount, 'propagation' | 'recursiveReadOnly'> {
  /** undefined: it is of none. */
  readonly volume?: string;
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}
export interface FolderPolicy {
  /** Host folders that hostPath volumes may be in. */
  readonly hostPaths: readonly string[];
  /** Whether volumes in memory are mounted; else they are folders like others. */
  readonly mountsMemory?: boolean;
}

const MAKING_MS = 60_000;
/** Source: kubelet, MaxContainerTerminationMessageLength. */
const MAX_MESSAGE_BYTES = 4_096;
/** Uids are part of paths: nothing else may be. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;
export const canBeFolder = (name: string): boolean => NAME.test(name);
function safe(name: string): string {
  if (!canBeFolder(name)) {
    throw new RuntimeError('CreateContainer', `${JSON.stringify(name)} cannot be a folder`);
  }
  return name;
}

export class PodFolders {
  readonly #root: string;
  readonly #policy: FolderPolicy;
  /** By folder: two of one volume at a time would be one over the other. */
  readonly #mounting = new Map<string, Promise<void>>();
  constructor(root: string, policy: FolderPolicy) {
    this.#root = root;
    this.#policy = policy;
  }

  of(uid: string): string {
    return join(this.#root, 'pods', safe(uid));
  }
  logs(uid: string): string {
    return join(this.of(uid), 'logs');
  }

  volume(uid: string, volume: string): string {
    return join(this.of(uid), 'volumes', safe(volume));
  }

  async remove(uid: string): Promise<void> {
    await this.releaseMemory(uid);
    await rm(this.of(uid), { recursive: true, force: true });
  }

  /** Mounts a volume in memory, or keeps it as it is. Throws RuntimeError with what mount(8) says. */
  async mountMemory(uid: string, volume: string, sizeBytes: number | undefined): Promise<void> {
    const folder = this.volume(uid, volume);
    const mounting = this.#mounting.get(folder) ?? mountMemory(folder, sizeBytes);
    this.#mounting.set(folder, mounting);
    await mounting.finally(() => this.#mounting.delete(folder));
  }

  /** Its real path. Throws RuntimeError CreateContainer where the operator or its type forbids it. */
  checkHostPath(path: string, type: string): Promise<string> {
    return hostPath(path, type, this.#policy.hostPaths);
  }

  /** What a pod that has ended held in memory is given back. */
  async releaseMemory(uid: string): Promise<void> {
    if (this.#policy.mountsMemory === true) {
      await unmountWithin(this.of(uid));
    }
  }

  /** A pod that is being made has a folder before the runtime has it. */
  async isNew(uid: string, now: number): Promise<boolean> {
    const found = await stat(this.of(uid)).catch(() => undefined);
    return found !== undefined && now - found.mtimeMs < MAKING_MS;
  }

  /** Uids that have a folder. */
  async uids(): Promise<string[]> {
    return readdir(join(this.#root, 'pods')).catch(() => []);
  }

  /** The hosts file that the kubelet manages. Source: kubelet_pods.go, managedHostsFileContent. */
  async writeHosts(
    uid: string,
    {
      ips,
      hostname,
      domain,
      aliases,
    }: {
      ips: readonly string[];
      hostname: string;
      domain: string | undefined;
      aliases: readonly { ip: string; hostnames: readonly string[] }[];
    },
  ): Promise<string> {
    const head =
      '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n';
    const names = domain === undefined ? hostname : `${hostname}.${domain}\t${hostname}`;
    const own = ips.map((ip) => `${ip}\t${names}\n`).join('');
    const more = aliases.map(({ ip, hostnames }) => `${ip}\t${hostnames.join('\t')}\n`).join('');
    const file = join(this.of(uid), 'etc-hosts');
    await mkdir(this.of(uid), { recursive: true });
    await writeFile(file, more === '' ? head + own : `${head}${own}\n# Entries added by HostAliases.\n${more}`);
    return file;
  }

  async makeLogFolder(uid: string, container: string): Promise<void> {
    await mkdir(join(this.logs(uid), safe(container)), { recursive: true });
  }

  /** The log of an attempt, what was rotated of it, and its last words. */
  async removeRun(uid: string, container: string, attempt: number): Promise<void> {
    const folder = join(this.logs(uid), safe(container));
    const names = await readdir(folder).catch(() => []);
    const own = names.filter((name) => name === `${attempt}.log` || name.startsWith(`${attempt}.log.`));
    const message = join(this.of(uid), 'containers', safe(container), `${attempt}.message`);
    for (const path of [...own.map((name) => join(folder, name)), message]) {
      await rm(path, { force: true });
    }
  }

  /** A file for a container's last words. */
  async messageFile(uid: string, container: string, attempt: number): Promise<string> {
    const folder = join(this.of(uid), 'containers', safe(container));
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${attempt}.message`);
    await writeFile(file, '', { flag: 'a' });
    // Whoever the container runs as may write it.
    await chmod(file, 0o666);
    return file;
  }

  /** What the container left there; it may write as much as it likes, so no more is read than is told. */
  async readMessage(uid: string, container: string, attempt: number): Promise<string> {
    const path = join(this.of(uid), 'containers', safe(container), `${attempt}.message`);
    const handle = await open(path, 'r').catch(() => undefined);
    try {
      const read = await handle?.read(Buffer.alloc(MAX_MESSAGE_BYTES), 0, MAX_MESSAGE_BYTES, 0);
      return read === undefined ? '' : read.buffer.subarray(0, read.bytesRead).toString();
    } finally {
      await handle?.close();
    }
  }

  /** Writes what the volumes hold now and says where they are on the host. */
  async bind(uid: string, mounts: readonly Mount[]): Promise<BoundMount[]> {
    const bound: BoundMount[] = [];
    for (const mount of mounts) {
      const folder = await this.#place(uid, mount);
      bound.push({
        hostPath: await subPathOf(folder, mount),
        containerPath: mount.path,
        volume: mount.volume,
        readOnly: mount.readOnly || mount.content.kind === 'files',
        ...(mount.propagation === undefined ? {} : { propagation: mount.propagation }),
        ...(mount.recursiveReadOnly === undefined ? {} : { recursiveReadOnly: mount.recursiveReadOnly }),
      });
    }
    return bound;
  }

  /** Writes files again that may have changed; what is mounted stays where it is. */
  async refresh(uid: string, mounts: readonly Mount[]): Promise<void> {
    for (const mount of mounts) {
      if (mount.content.kind === 'files') {
        await this.#place(uid, mount);
      }
    }
  }

  /** A link in the pod's folder says where it is: it is still there when its claim has gone. */
  async #claimed(uid: string, volume: string, persistentVolume: string): Promise<string> {
    const folder = join(this.#root, 'claims', safe(persistentVolume));
    const link = this.volume(uid, volume);
    await mkdir(folder, { recursive: true });
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(folder, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    });
    return folder;
  }

  async #place(uid: string, { volume, content, group }: Mount): Promise<string> {
    if (content.kind === 'writable' && content.hostPath !== undefined) {
      return this.checkHostPath(content.hostPath, content.hostPathType ?? '');
    }
    const outlasting = content.kind === 'writable' ? content.persistentVolume : undefined;
    const folder = outlasting === undefined ? this.volume(uid, volume) : await this.#claimed(uid, volume, outlasting);
    await mkdir(folder, { recursive: true });
    if (content.kind === 'writable' && content.memory !== undefined && this.#policy.mountsMemory === true) {
      await this.mountMemory(uid, volume, content.memory.sizeBytes);
    }
    if (content.kind === 'files') {
      await writeFiles(folder, content.files, group);
    } else {
      await chmod(folder, group === undefined ? 0o777 : 0o2777);
      if (group !== undefined) {
        await chown(folder, -1, group);
      }
    }
    return realpath(folder);
  }
}
