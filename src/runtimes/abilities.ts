/** What a runtime may be able to do beside running pods, each declared in its capabilities. A part of the contract in runtime.ts. */
import type { EvictionSignal } from '../values/kubelet-configuration/thresholds.ts';
import type { RuntimePod } from './runtime.ts';
import type { ContainerResources, MemorySize } from './specs.ts';

export interface LogOptions {
  readonly follow?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Milliseconds since the epoch. */
  readonly sinceTime?: number;
  readonly timestamps?: boolean;
  /** The attempt before the latest. */
  readonly previous?: boolean;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The client's end of a process. */
export interface ProcessStreams {
  /** undefined: the client sends none. Ends when the client closes it or goes away. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  /** Resolves when the client has room for more; what the client did not ask for is dropped. Never rejects. */
  stdout(chunk: Uint8Array): Promise<void>;
  stderr(chunk: Uint8Array): Promise<void>;
  /** Of the client's terminal, as it changes. */
  readonly sizes: AsyncIterable<TerminalSize>;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly tty: boolean;
}

/** The client's end of a connection to a port. */
export interface ForwardedConnection {
  /** Ends when the client will send no more. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Resolves when the client has room for more. Never rejects. */
  output(chunk: Uint8Array): Promise<void>;
}

/**
 * Logs, exec, attach, port-forward; declared in capabilities. Each ends when its signal aborts: the client has gone.
 * Throws RuntimeError with what the container runtime says; the API puts it into the kubelet's words.
 */
export interface Streaming {
  logs(uid: string, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Runs a command in the running container; resolves with its exit code. */
  exec(
    uid: string,
    container: string,
    options: ExecOptions,
    streams: ProcessStreams,
    signal: AbortSignal,
  ): Promise<number>;
  /** The streams of the container's own process; resolves when it has ended. */
  attach(uid: string, container: string, streams: ProcessStreams, signal: AbortSignal): Promise<void>;
  /** One connection to a port of the pod; resolves when the pod's side has closed it. */
  portForward(uid: string, port: number, connection: ForwardedConnection, signal: AbortSignal): Promise<void>;
}

export interface StatsQuery {
  readonly podUid: string;
  readonly container: string;
  /** milli-CPU and bytes. */
  readonly cpuRequest?: number;
  readonly memoryRequest?: number;
  /** When it was started, in milliseconds since the epoch: to know what it has used since. */
  readonly startedAt?: number;
  /** Only a simulation needs to know. */
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly nodeName: string;
    /** Of the container. */
    readonly image: string;
  };
}
/** Of a disk: bytes, and files where they are counted. */
export interface DiskUse {
  readonly bytes: number;
  readonly inodes?: number;
}
/** milli-CPU and bytes of the working set. */
export interface Usage {
  cpu: number;
  memory: number;
  /** CPU time since `startedAt`, in seconds; never less than before. undefined: that is not counted. */
  cpuSeconds?: number;
  /** Bytes that it has written to the node's disk. undefined: that is not counted. */
  ephemeralStorage?: number;
  /** Of these the files of its log. */
  logs?: DiskUse;
  /** Of these what it changed of its root file system; undefined: all that are no log's. */
  rootfs?: DiskUse;
}
/** What running containers use; declared in capabilities. */
export interface Stats {
  /** At a time, milliseconds since the epoch. A promise: the host has to be asked. undefined: nothing is known of it. */
  usage(query: StatsQuery, at: number): Usage | undefined | Promise<Usage | undefined>;
  /**
   * Whether what containers use is what this node has less, so that it may run out of it; times ahead can be asked about
   * then. Only of runtimes that simulate.
   */
  fills?(nodeName: string): boolean | Promise<boolean>;
}

/** What a probe or a lifecycle hook does to a container. Ports are numbers; `host` is the pod's address unless it names one. */
export type HandlerAction =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | {
      readonly kind: 'httpGet';
      readonly scheme: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    }
  | { readonly kind: 'tcpSocket'; readonly host: string; readonly port: number }
  | { readonly kind: 'grpc'; readonly host: string; readonly port: number; readonly service: string };

export interface HandlerCall {
  readonly podUid: string;
  readonly container: string;
  readonly purpose: 'startup' | 'liveness' | 'readiness' | 'postStart' | 'preStop';
  readonly action: HandlerAction;
  readonly timeoutMs: number;
  /** The pod's and its node's, as they are now: a runtime's own settings. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly nodeAnnotations: Readonly<Record<string, string>>;
}
export interface HandlerResult {
  readonly success: boolean;
  /** What it printed, or why it failed, in the words of the kubelet's probers. */
  readonly output: string;
  /** A success that is worth a word: `output` says which. */
  readonly isWarning?: true;
  /** Of a command that failed. */
  readonly exitCode?: number;
  /**
   * Until when the same call has the same result, in milliseconds since the epoch (Infinity: for as long as the container
   * runs), unless the annotations change or an event tells of the pod. undefined: it may differ the next time.
   */
  readonly holdsUntil?: number;
}
/** Probes and lifecycle hooks; declared in capabilities. */
export interface Handlers {
  /**
   * Does it once, within `timeoutMs`: what takes longer has failed. To a hook every HTTP answer is a success. Throws RuntimeError when it cannot be done at all:
   * the kubelet reports that and counts it neither as a success nor as a failure.
   */
  run(call: HandlerCall, signal: AbortSignal): Promise<HandlerResult>;
}

/** An end that nobody asked for. */
export interface ContainerEnd {
  readonly exitCode: number;
  /** `Error` or `OOMKilled`. */
  readonly reason: string;
}
/** Containers that fail by order; only of runtimes that can choose how a container ends. */
export interface Breaking {
  /** The attempt, if it runs, ends now as if by itself. Answers the state. */
  breakContainer(uid: string, container: string, attempt: number, end: ContainerEnd): Promise<RuntimePod | undefined>;
}

/** What else is to happen to a pod, once, when it has come so far; the kubelet does it. */
export interface PodStage {
  /** One stage of one pod, for good. */
  readonly key: string;
  readonly at: 'Admitted' | 'Initialized' | 'Running' | 'Ready' | 'Succeeded' | 'Failed' | 'Terminating' | 'Stopped';
  readonly delayMs: number;
  readonly addFinalizers: readonly string[];
  readonly removeFinalizers: readonly string[] | 'all';
  readonly events: readonly {
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly message: string;
  }[];
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}
export interface StagedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly nodeName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readinessGates: readonly string[];
  /** Init containers with them. */
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}
/** Stages of pods; only of runtimes that simulate. */
export interface Staging {
  /** false: no pod has any, and nobody has to ask. */
  readonly hasStages: boolean;
  /** In order: of two that set one condition the later one does. */
  stagesOf(pod: StagedPod): Promise<readonly PodStage[]>;
}

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

/** Other resources for a container while it runs; declared in capabilities. */
export interface Resizing {
  /**
   * Answers the state with the resources in force; the same again is no change. Throws RuntimeError ResizeContainer when
   * the container cannot have them: it keeps what it has.
   */
  resize(uid: string, container: string, resources: ContainerResources): Promise<RuntimePod | undefined>;
}
