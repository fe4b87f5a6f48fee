/** What a runtime has of its nodes' host: ended containers, images, volumes and what can run out. A part of the contract in runtime.ts. */
import type { EvictionSignal } from '../../values/kubelet-configuration/thresholds.ts';
import type { MemorySize } from '../specs.ts';

/** What has ended stays in the runtime, with its logs, until the kubelet has it removed. */
export interface Collecting {
  /** Forgets an attempt that has ended, and its log; one that runs is left. Idempotent. */
  removeContainer(uid: string, container: string, attempt: number): Promise<void>;
  /** Forgets what no pod needs: older sandboxes that no container is in, folders and logs of pods that are gone. */
  removeLeftovers(): Promise<void>;
}

/** What the kubelet must know before it removes images. */
export interface ImageStore {
  /** Each node has images of its own; absent: all nodes of the runtime share those of the host. */
  readonly perNode?: true;
  /** Of the file system that the images are on, in bytes; undefined: it is none. */
  disk(nodeName: string): Promise<Room | undefined>;
  /** Names and ids of images that must stay: a container of the host was made from them, whoever's it is. */
  used(nodeName: string): Promise<readonly string[]>;
}

/** Volumes in memory that are mounts of the host. A runtime without it puts them where it puts others. */
export interface MemoryVolumes {
  /**
   * Before the pod's sandbox is made; one that is there stays as it is. Throws RuntimeError CreateContainer: the pod waits, with the event FailedMount and these words.
   */
  mount(podUid: string, volume: string, size: MemorySize): Promise<void>;
  /** Takes down all of a pod that has ended; that there are none is no failure. `removePod` does it too. */
  unmount(podUid: string): Promise<void>;
}

/** What the volumes of pods hold on the host. A runtime without it knows nothing of them. */
export interface VolumeSizes {
  /** Bytes by name, of those that are the pod's own. */
  of(podUid: string, volumes: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Volumes that are folders and files of the host. A runtime without it has no host: such volumes are like others. */
export interface HostPaths {
  /**
   * Before the pod's sandbox is made: whether such a volume can be had, as its type says; what is missing is made where
   * the type says so. Throws RuntimeError CreateContainer: the pod waits, with the event FailedMount and these words.
   */
  check(path: string, type: string): Promise<void>;
}

/** Of something that can run out: bytes, inodes or processes. */
export interface Room {
  readonly capacity: number;
  readonly available: number;
}
/** What the host of its nodes has left, for the thresholds at which a node evicts. */
export interface HostSignals {
  /** By eviction signal; one that is missing is not observed. Nodes of one host are told the same. */
  left(nodeName: string): Promise<ReadonlyMap<EvictionSignal, Room>>;
}
