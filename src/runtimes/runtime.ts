/**
 * The runtime contract: the kubelet knows pods, a runtime knows how to make them real. UIDs are the keys. The kubelet
 * owns order, restarts, back-off, probes, grace and status; a runtime only does what one call says and reports what
 * exists. Starting the same (uid, container, attempt) twice adopts what exists. Nothing throws "not implemented":
 * abilities beyond this interface are declared in `RuntimeInfo.capabilities` and live in `Streaming`, `Stats`,
 * `Handlers` and `Resizing`.
 */
import type { Handlers } from './abilities/handlers.ts';
import type { Collecting, HostPaths, HostSignals, ImageStore, MemoryVolumes, VolumeSizes } from './abilities/host.ts';
import type { Resizing } from './abilities/resizing.ts';
import type { Breaking, Staging } from './abilities/simulation.ts';
import type { Stats } from './abilities/stats.ts';
import type { Streaming } from './abilities/streaming.ts';
import type { ContainerResources, ContainerSpec, PodSandboxSpec } from './specs.ts';

export type * from './abilities/handlers.ts';
export type * from './abilities/host.ts';
export type * from './abilities/resizing.ts';
export type * from './abilities/simulation.ts';
export type * from './abilities/stats.ts';
export type * from './abilities/streaming.ts';
export type * from './specs.ts';

/** What kind of failure a backend met. The kubelet turns it into the reason users know (ErrImagePull, …). */
export type RuntimeErrorCode =
  | 'ImagePull'
  | 'ImageNeverPull'
  | 'CreateContainer'
  | 'RunContainer'
  | 'ResizeContainer'
  | 'NotFound'
  | 'Unavailable'
  | 'Unsupported';

export class RuntimeError extends Error {
  /** Also of a package's own error with this name and a code: it has no copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'RuntimeError' && 'code' in value;
  }
  readonly code: RuntimeErrorCode;
  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RuntimeError';
    this.code = code;
  }
}

export interface Machine {
  /** What a node of it has where nothing else says so: quantities by resource. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly kernelVersion: string;
  readonly osImage: string;
}

export interface HandlerFeatures {
  readonly name: string;
  readonly recursiveReadOnlyMounts: boolean;
  readonly userNamespaces: boolean;
}

export interface RuntimeInfo {
  readonly name: string;
  readonly version: string;
  /** What this backend can hold on one node; undefined: as the node's template says. Quantities as strings. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly ready: boolean;
  /** Reason and message of the node's Ready=False while `ready` is false. */
  readonly reason?: string;
  readonly message?: string;
  /** The host that its pods are on, of a runtime that has one. */
  readonly machine?: Machine;
  /** Whether it can leave out the groups that an image gives its user (`Strict`), and tells as whom containers run; undefined: it does not say. */
  readonly supplementalGroupsPolicy?: boolean;
  /** Of RuntimeClasses, '' for the default one; undefined: it does not say. */
  readonly handlers?: readonly HandlerFeatures[];
  /** Readiness or capacity can change by itself: the kubelet asks every nodeStatusUpdateMs, not only every nodeStatusReportMs. */
  readonly volatile?: boolean;
  readonly capabilities: {
    readonly logs: boolean;
    readonly exec: boolean;
    readonly attach: boolean;
    readonly portForward: boolean;
    readonly stats: boolean;
    readonly handlers: boolean;
    readonly resize: boolean;
  };
}

export type ContainerState =
  | { readonly phase: 'created' }
  /** Milliseconds since the epoch. */
  | { readonly phase: 'running'; readonly startedAt: number }
  | {
      readonly phase: 'exited';
      readonly startedAt: number;
      readonly finishedAt: number;
      readonly exitCode: number;
      readonly signal?: number;
      /** `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`. */
      readonly reason: string;
      readonly message?: string;
    };

export interface RuntimeContainer {
  readonly name: string;
  readonly attempt: number;
  /** Without the `<runtime>://` prefix. */
  readonly id: string;
  /** What stands in that prefix: the program that runs it, `containerd`. undefined: the runtime's own name. */
  readonly runtimeName?: string;
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** It runs, and does not serve yet, whatever its probes say: only a simulation knows. */
  readonly isUnready?: true;
  /** What this attempt has; undefined: what it was started with, as far as the runtime knows. */
  readonly resources?: ContainerResources;
  /** As whom its first process began; undefined: the runtime does not tell. */
  readonly user?: ContainerUser;
}

export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
}

/** What exists of one pod. */
export interface RuntimePod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly nodeName: string;
  /** undefined while the sandbox is being made or after it stopped. */
  readonly podIPs?: readonly string[];
  readonly sandbox: 'creating' | 'ready' | 'stopped';
  /** When it was made, of one that took the place of another; what began before it belongs to that one. */
  readonly remadeAt?: number;
  /** Latest attempt of each container last. */
  readonly containers: readonly RuntimeContainer[];
  /** When this state changes by itself (a known due time), else undefined: the runtime's events tell. */
  readonly changesAt?: number;
}

export type ImageState =
  | { readonly state: 'absent' }
  /** `doneAt`: when to look again, if known. */
  | { readonly state: 'pulling'; readonly doneAt?: number }
  | { readonly state: 'present'; readonly imageId: string; readonly sizeBytes: number; readonly pulledInMs?: number }
  | { readonly state: 'failed'; readonly message: string };

/** What may open the registry of an image, to be tried in their order. */
export interface PullCredential {
  readonly username?: string;
  readonly password?: string;
  readonly registry: string;
  readonly identityToken?: string;
}

/** Images of one node. `pull` starts a pull and answers at once with the state; asking again never starts a second one. */
export interface Images {
  status(nodeName: string, image: string): Promise<ImageState>;
  pull(
    nodeName: string,
    image: string,
    forPodUid: string,
    credentials?: readonly PullCredential[],
  ): Promise<ImageState>;
  list(
    nodeName: string,
  ): Promise<readonly { readonly image: string; readonly imageId: string; readonly sizeBytes: number }[]>;
  remove(nodeName: string, image: string): Promise<void>;
}

/** "Something about this pod changed." The PLEG: the kubelet re-reads the pod, events carry no state. */
export interface RuntimeEvent {
  readonly podUid: string;
  readonly namespace: string;
  readonly name: string;
  readonly nodeName: string;
}

export interface Runtime {
  readonly name: string;
  info(nodeName: string): Promise<RuntimeInfo>;
  /** Pods that exist on the given nodes (all when undefined). A failure must throw, never answer a shorter list. */
  list(nodeNames?: readonly string[]): Promise<readonly RuntimePod[]>;
  /** One pod, or undefined. Batch-friendly: concurrent calls may be gathered. */
  pod(uid: string): Promise<RuntimePod | undefined>;
  /** Makes the sandbox (network, namespaces) or adopts it; answers the state, which may still be `creating`. */
  ensurePod(spec: PodSandboxSpec): Promise<RuntimePod>;
  /** Creates and starts, or adopts, this attempt. */
  startContainer(uid: string, container: ContainerSpec, attempt: number): Promise<RuntimePod>;
  /** TERM now, KILL after `graceMs`. Answers at once with the state; the exit is seen later. Unknown: a no-op. */
  stopContainer(uid: string, container: string, graceMs: number): Promise<RuntimePod | undefined>;
  /** Stops all containers and the sandbox within `graceMs`. Answers at once with the state. */
  killPod(uid: string, graceMs: number): Promise<RuntimePod | undefined>;
  /** Forgets everything of a stopped pod, logs included. Idempotent. */
  removePod(uid: string): Promise<void>;
  readonly images: Images;
  events(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
  readonly streaming?: Streaming;
  readonly stats?: Stats;
  readonly handlers?: Handlers;
  readonly resizing?: Resizing;
  readonly breaking?: Breaking;
  readonly staging?: Staging;
  /** Absent: it keeps no more than the latest two attempts of a container, and no leftovers. */
  readonly collecting?: Collecting;
  /** Its images may be removed when nothing uses them. */
  readonly imageStore?: ImageStore;
  readonly memoryVolumes?: MemoryVolumes;
  readonly volumeSizes?: VolumeSizes;
  readonly hostPaths?: HostPaths;
  /** Absent: of its nodes nothing runs out that is not told. */
  readonly hostSignals?: HostSignals;
  close(): Promise<void>;
}
