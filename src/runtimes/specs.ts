/** What a runtime is given: pods and containers with everything resolved, and their volumes. A part of the contract in runtime.ts. */

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
  /** How soon the kernel kills it for want of memory, -1000 to 1000; undefined: the runtime's default. */
  readonly oomScoreAdj?: number;
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

/** When the log of a container is rotated, and how many files of it are kept. */
export interface LogLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
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
  /** Of the pod's full name, which is its host name itself where `isFullyNamed`. */
  readonly domain?: string;
  readonly isFullyNamed?: boolean;
  /** undefined: as the host resolves. */
  readonly dns?: PodDns;
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly hostPorts?: readonly HostPort[];
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Of all processes. */
  readonly supplementalGroups?: readonly number[];
  /** `Strict`: none but these; undefined: those too that the image gives its user. */
  readonly supplementalGroupsPolicy?: 'Merge' | 'Strict';
  readonly fsGroup?: number;
  /** Processes, of all its containers together where the runtime can count them so; undefined: no limit. */
  readonly pidsLimit?: number;
  /** undefined: as the runtime does by itself. */
  readonly logs?: LogLimits;
  /** Of the pod's RuntimeClass. */
  readonly runtimeHandler?: string;
}

export interface VolumeFile {
  /** Below the volume's root. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}
/** Of a volume in memory; undefined: as much as the kernel gives. */
export interface MemorySize {
  readonly sizeBytes?: number;
}
/** A volume, or a part of it, in its place in a container. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
  /** The part of the volume; '' for all of it. */
  readonly subPath: string;
  readonly readOnly: boolean;
  /** Whether mounts within it are seen on the other side too; undefined: none is. */
  readonly propagation?: 'HostToContainer' | 'Bidirectional';
  /** Of a mount that is read-only: mounts within it too, if the runtime can do that, or else not at all. */
  readonly recursiveReadOnly?: 'IfPossible' | 'Enabled';
  /** The group that its files belong to, the pod's fsGroup. */
  readonly group?: number;
  readonly content:
    | { readonly kind: 'files'; readonly files: readonly VolumeFile[] }
    /** Holds what its users leave in it: emptyDir, claims, hostPath. */
    | {
        readonly kind: 'writable';
        readonly hostPath?: string;
        readonly hostPathType?: string;
        /** It outlasts the pod: the uid of its PersistentVolume. */
        readonly persistentVolume?: string;
        /** In memory, of so many bytes at most. */
        readonly memory?: MemorySize;
      }
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
