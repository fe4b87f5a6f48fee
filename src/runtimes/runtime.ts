/**
 * The runtime contract: the kubelet knows pods, a runtime knows how to make them real. UIDs are the keys. The kubelet
 * owns order, restarts, back-off, probes, grace and status; a runtime only does what one call says and reports what
 * exists. Starting the same (uid, container, attempt) twice adopts what exists. Nothing throws "not implemented":
 * abilities beyond this interface are declared in `RuntimeInfo.capabilities` and live in `Streaming`, `Stats`,
 * `Handlers` and `Resizing`.
 */

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

export interface RuntimeInfo {
  readonly name: string;
  readonly version: string;
  /** What this backend can hold on one node; undefined: as the node's template says. Quantities as strings. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly ready: boolean;
  /** Reason and message of the node's Ready=False while `ready` is false. */
  readonly reason?: string;
  readonly message?: string;
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

/** Milli-CPU and bytes; absent: none. */
export interface ContainerResources {
  readonly cpuRequest?: number;
  readonly cpuLimit?: number;
  readonly memoryRequest?: number;
  readonly memoryLimit?: number;
}

/** A container with everything resolved: env expanded, image named, resources parsed. */
export interface ContainerSpec extends ContainerResources {
  readonly name: string;
  /** Only a simulation needs to know: an init container is expected to end by itself. */
  readonly kind: 'init' | 'sidecar' | 'main' | 'ephemeral';
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly tty?: boolean;
  readonly stdin?: boolean;
  /** Sent in place of the image's own, which is SIGTERM for most. */
  readonly stopSignal?: string;
  /** TCP ports that the container says it listens on. */
  readonly ports?: readonly number[];
  readonly security?: ContainerSecurity;
  /** Where the container may leave a last word, and whether its log is one when it left none. */
  readonly terminationMessage?: { readonly path: string; readonly policy: string };
  /** An ephemeral container that looks into this container's processes. */
  readonly targetContainer?: string;
}

/** The pod's security context under the container's own. Absent: the runtime's default. */
export interface ContainerSecurity {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add: readonly string[]; readonly drop: readonly string[] };
  readonly seccomp?: { readonly type: string; readonly localhostProfile?: string };
  readonly unmaskedProc?: boolean;
}

export interface PodDns {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface HostPort {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIP: string;
  readonly protocol: string;
}

/** The pod as the runtime sees it. `annotations` carry a runtime's own settings. */
export interface PodSandboxSpec {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly nodeName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The node's annotations: a runtime's settings for all pods of the node, where the pod has none of its own. */
  readonly nodeAnnotations: Readonly<Record<string, string>>;
  /** Where pod addresses come from; undefined: the runtime's own choice. */
  readonly podCIDR?: string;
  readonly hostNetwork: boolean;
  /** Only a simulation needs to know: work that is to end (`Never`, `OnFailure`) has not succeeded when it is stopped. */
  readonly restartPolicy: string;
  /** The pod's name for itself; undefined: the pod's name. */
  readonly hostname?: string;
  /** undefined: as the host resolves. */
  readonly dns?: PodDns;
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly hostPorts?: readonly HostPort[];
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Of all processes; `fsGroup` also owns the volumes. */
  readonly supplementalGroups?: readonly number[];
  readonly fsGroup?: number;
  /** Of the pod's RuntimeClass. */
  readonly runtimeHandler?: string;
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
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** What this attempt has; undefined: what it was started with, as far as the runtime knows. */
  readonly resources?: ContainerResources;
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
  close(): Promise<void>;
}

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
}
/** milli-CPU and bytes of the working set. */
export interface Usage {
  cpu: number;
  memory: number;
  /** CPU time since `startedAt`, in seconds; never less than before. undefined: that is not counted. */
  cpuSeconds?: number;
}
/** What running containers use; declared in capabilities. */
export interface Stats {
  /** At a time, milliseconds since the epoch. A promise: the host has to be asked. undefined: nothing is known of it. */
  usage(query: StatsQuery, at: number): Usage | undefined | Promise<Usage | undefined>;
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

/** Other resources for a container while it runs; declared in capabilities. */
export interface Resizing {
  /**
   * Answers the state with the resources in force; the same again is no change. Throws RuntimeError ResizeContainer when
   * the container cannot have them: it keeps what it has.
   */
  resize(uid: string, container: string, resources: ContainerResources): Promise<RuntimePod | undefined>;
}

export interface VolumeFile {
  /** Below the volume's root. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}
/** A volume, or a part of it, in its place in a container. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
  /** The part of the volume; '' for all of it. */
  readonly subPath: string;
  readonly readOnly: boolean;
  readonly content:
    | { readonly kind: 'files'; readonly files: readonly VolumeFile[] }
    /** Holds what its users leave in it: emptyDir, claims, hostPath. */
    | { readonly kind: 'writable'; readonly hostPath?: string; readonly hostPathType?: string; readonly claim?: string }
    /** Its source is gone: what was there stays. */
    | { readonly kind: 'unavailable' };
}
/**
 * What the kubelet offers a runtime: the volumes of a pod as they are to look now, its objects read, its tokens made.
 * A runtime that copies them reads again every minute while the container runs.
 */
export interface VolumeSource {
  /** Of a pod that is gone: none. */
  mounts(
    pod: { readonly namespace: string; readonly name: string; readonly uid: string },
    container: string,
  ): Promise<readonly Mount[]>;
}
