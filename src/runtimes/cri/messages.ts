/** The parts of runtime.v1 that are used here, as proto-loader gives them (keepCase, longs as numbers, enums as strings). */

export interface Metadata {
  readonly name: string;
  readonly attempt: number;
}
export interface SandboxMetadata extends Metadata {
  readonly uid: string;
  readonly namespace: string;
}
type Texts = Readonly<Record<string, string>>;

export interface ImageSpec {
  readonly image: string;
  readonly user_specified_image?: string;
}
export interface CriSandbox {
  readonly annotations: Texts;
  readonly id: string;
  readonly metadata: SandboxMetadata;
  readonly state: 'SANDBOX_READY' | 'SANDBOX_NOTREADY';
  /** Nanoseconds, rounded to what a number holds. */
  readonly created_at: number;
  readonly labels: Texts;
}
export interface CriSandboxStatus extends CriSandbox {
  readonly network: { readonly ip: string; readonly additional_ips: readonly { readonly ip: string }[] } | null;
}
export type CriContainerState = 'CONTAINER_CREATED' | 'CONTAINER_RUNNING' | 'CONTAINER_EXITED' | 'CONTAINER_UNKNOWN';
export interface CriContainer {
  readonly id: string;
  readonly pod_sandbox_id: string;
  readonly metadata: Metadata;
  readonly image: ImageSpec | null;
  readonly image_ref: string;
  readonly state: CriContainerState;
  readonly created_at: number;
  readonly labels: Texts;
  readonly annotations: Texts;
}
export interface LinuxResources {
  cpu_period?: number;
  cpu_quota?: number;
  cpu_shares?: number;
  memory_limit_in_bytes?: number;
  oom_score_adj?: number;
}
export interface CriContainerStatus {
  readonly id: string;
  readonly state: CriContainerState;
  readonly started_at: number;
  readonly finished_at: number;
  readonly exit_code: number;
  readonly image: ImageSpec | null;
  readonly image_ref: string;
  readonly reason: string;
  readonly message: string;
  readonly annotations: Texts;
  readonly log_path: string;
  readonly resources?: { readonly linux: LinuxResources | null } | null;
  /** A runtime before CRI 1.31 does not tell. */
  readonly user?: { readonly linux: LinuxUser | null } | null;
}
interface LinuxUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplemental_groups: readonly number[];
}
export interface CriImage {
  readonly id: string;
  readonly repo_tags: readonly string[];
  readonly repo_digests: readonly string[];
  readonly size: number;
  readonly uid: { readonly value: number } | null;
  readonly username: string;
  readonly pinned?: boolean;
}
export interface CriStats {
  readonly attributes: { readonly id: string; readonly metadata: Metadata; readonly labels: Texts };
  readonly cpu: {
    readonly timestamp: number;
    readonly usage_core_nano_seconds: { readonly value: number } | null;
  } | null;
  readonly memory: { readonly working_set_bytes: { readonly value: number } | null } | null;
  readonly writable_layer: {
    readonly used_bytes: { readonly value: number } | null;
    readonly inodes_used: { readonly value: number } | null;
  } | null;
}
interface Condition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}
export interface NamespaceOptions {
  network: 'POD' | 'NODE';
  pid: 'POD' | 'CONTAINER' | 'NODE' | 'TARGET';
  ipc: 'POD' | 'NODE';
  target_id?: string;
}
export interface SecurityProfile {
  profile_type: 'RuntimeDefault' | 'Unconfined' | 'Localhost';
  localhost_ref?: string;
}
export interface SandboxConfig {
  metadata: SandboxMetadata;
  hostname: string;
  log_directory: string;
  dns_config?: { servers: readonly string[]; searches: readonly string[]; options: readonly string[] };
  port_mappings: { protocol: string; container_port: number; host_port: number; host_ip: string }[];
  labels: Texts;
  annotations: Texts;
  linux: {
    cgroup_parent: string;
    sysctls: Texts;
    security_context: {
      namespace_options: NamespaceOptions;
      privileged: boolean;
      supplemental_groups: readonly number[];
      supplemental_groups_policy?: 'Merge' | 'Strict';
      seccomp: SecurityProfile;
    };
  };
}
export interface CriMount {
  container_path: string;
  host_path: string;
  readonly: boolean;
  propagation?: 'PROPAGATION_HOST_TO_CONTAINER' | 'PROPAGATION_BIDIRECTIONAL';
  recursive_read_only?: boolean;
}
export interface ContainerConfig {
  metadata: Metadata;
  image: ImageSpec;
  command: readonly string[];
  args: readonly string[];
  working_dir: string;
  envs: { key: string; value: string }[];
  mounts: CriMount[];
  labels: Texts;
  annotations: Texts;
  log_path: string;
  stdin: boolean;
  stdin_once: boolean;
  tty: boolean;
  stop_signal?: string;
  linux: {
    resources: LinuxResources;
    security_context: {
      capabilities?: { add_capabilities: readonly string[]; drop_capabilities: readonly string[] };
      privileged: boolean;
      namespace_options: NamespaceOptions;
      run_as_user?: { value: number };
      run_as_group?: { value: number };
      run_as_username?: string;
      readonly_rootfs: boolean;
      supplemental_groups: readonly number[];
      supplemental_groups_policy?: 'Merge' | 'Strict';
      no_new_privs: boolean;
      masked_paths: readonly string[];
      readonly_paths: readonly string[];
      seccomp: SecurityProfile;
    };
  };
}
export interface Auth {
  readonly username?: string;
  readonly password?: string;
  readonly server_address?: string;
  readonly identity_token?: string;
  readonly registry_token?: string;
}
interface Filter {
  readonly label_selector: Texts;
}
type Nothing = Record<string, never>;

/** Method → request and response. */
export interface CriCalls {
  Version: [Nothing, { runtime_name: string; runtime_version: string }];
  Status: [
    Nothing,
    {
      status: { conditions: readonly Condition[] } | null;
      runtime_handlers?: readonly {
        name: string;
        features: { recursive_read_only_mounts: boolean; user_namespaces: boolean } | null;
      }[];
      features?: { supplemental_groups_policy: boolean } | null;
    },
  ];
  RunPodSandbox: [{ config: SandboxConfig; runtime_handler: string }, { pod_sandbox_id: string }];
  StopPodSandbox: [{ pod_sandbox_id: string }, Nothing];
  RemovePodSandbox: [{ pod_sandbox_id: string }, Nothing];
  PodSandboxStatus: [{ pod_sandbox_id: string }, { status: CriSandboxStatus | null }];
  ListPodSandbox: [{ filter?: Filter }, { items: readonly CriSandbox[] }];
  CreateContainer: [
    { pod_sandbox_id: string; config: ContainerConfig; sandbox_config: SandboxConfig },
    { container_id: string },
  ];
  StartContainer: [{ container_id: string }, Nothing];
  StopContainer: [{ container_id: string; timeout: number }, Nothing];
  RemoveContainer: [{ container_id: string }, Nothing];
  ListContainers: [{ filter?: Filter }, { containers: readonly CriContainer[] }];
  ContainerStatus: [{ container_id: string }, { status: CriContainerStatus | null }];
  UpdateContainerResources: [{ container_id: string; linux: LinuxResources }, Nothing];
  ReopenContainerLog: [{ container_id: string }, Nothing];
  ExecSync: [
    { container_id: string; cmd: readonly string[]; timeout: number },
    { stdout: Uint8Array; stderr: Uint8Array; exit_code: number },
  ];
  Exec: [
    { container_id: string; cmd: readonly string[]; tty: boolean; stdin: boolean; stdout: boolean; stderr: boolean },
    { url: string },
  ];
  Attach: [{ container_id: string; tty: boolean; stdin: boolean; stdout: boolean; stderr: boolean }, { url: string }];
  PortForward: [{ pod_sandbox_id: string; port: readonly number[] }, { url: string }];
  ListContainerStats: [{ filter?: Filter }, { stats: readonly CriStats[] }];
  ListImages: [Nothing, { images: readonly CriImage[] }];
  ImageStatus: [{ image: ImageSpec }, { image: CriImage | null }];
  PullImage: [{ image: ImageSpec; auth?: Auth }, { image_ref: string }];
  ImageFsInfo: [object, { image_filesystems: readonly { readonly fs_id: { readonly mountpoint: string } | null }[] }];
  RemoveImage: [{ image: ImageSpec }, Nothing];
}
export type CriMethod = keyof CriCalls;

/** Of GetContainerEvents. */
export interface CriEvent {
  readonly container_id: string;
  readonly pod_sandbox_status: CriSandboxStatus | null;
}
