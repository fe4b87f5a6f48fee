/** A container as CreateContainer takes it. Source: kuberuntime_container.go, kuberuntime_container_linux.go, security_context.go. */
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import { type ContainerResources, type ContainerSecurity, type ContainerSpec, RuntimeError } from '../runtime.ts';
import { SPEC_IMAGE } from './describe.ts';
import { CONTAINER_NAME, MESSAGE_PATH, MESSAGE_POLICY, podLabels, RESTARTS, TTY } from './labels.ts';
import type {
  ContainerConfig,
  CriImage,
  CriMount,
  LinuxResources,
  NamespaceOptions,
  SecurityProfile,
} from './messages.ts';
import { groupsOf, type KeptSandbox, namespaces } from './sandbox-config.ts';

const PERIOD_US = 100_000;
/** Source: pkg/kubelet/cm/helpers_linux.go. */
const MIN_QUOTA_US = 1_000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;

export function linuxResources({ cpuRequest, cpuLimit, memoryLimit }: ContainerResources): LinuxResources {
  const milli = cpuRequest ?? cpuLimit ?? 0;
  const shares = Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milli * 1_024) / 1_000)));
  return {
    cpu_shares: shares,
    ...(cpuLimit === undefined
      ? {}
      : { cpu_period: PERIOD_US, cpu_quota: Math.max(MIN_QUOTA_US, Math.floor((cpuLimit * PERIOD_US) / 1_000)) }),
    ...(memoryLimit === undefined ? {} : { memory_limit_in_bytes: memoryLimit }),
  };
}

/** Source: pkg/securitycontext/util.go. */
const MASKED = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

function seccompOf({ privileged, seccomp }: ContainerSecurity, root: string): SecurityProfile {
  if (privileged === true || seccomp === undefined || seccomp.type === 'Unconfined') {
    return { profile_type: 'Unconfined' };
  }
  return seccomp.type === 'Localhost'
    ? { profile_type: 'Localhost', localhost_ref: `${root}/${seccomp.localhostProfile ?? ''}` }
    : { profile_type: 'RuntimeDefault' };
}

function userOf(
  security: ContainerSecurity,
  image: CriImage | undefined,
): Pick<ContainerConfig['linux']['security_context'], 'run_as_user' | 'run_as_username'> {
  if (security.runAsUser !== undefined) {
    return { run_as_user: { value: security.runAsUser } };
  }
  if (image?.uid !== null && image?.uid !== undefined) {
    return { run_as_user: { value: image.uid.value } };
  }
  return image?.username ? { run_as_username: image.username } : { run_as_user: { value: 0 } };
}

/** Throws CreateContainer in the kubelet's words. Source: kuberuntime/security_context.go, verifyRunAsNonRoot. */
export function checkUser(
  security: ContainerSecurity,
  image: CriImage | undefined,
  pod: string,
  container: string,
): void {
  if (security.runAsNonRoot !== true) {
    return;
  }
  const where = `(pod: "${pod}", container: ${container})`;
  if (security.runAsUser !== undefined) {
    if (security.runAsUser === 0) {
      throw new RuntimeError('CreateContainer', `container's runAsUser breaks non-root policy ${where}`);
    }
    return;
  }
  const name = image?.username ?? '';
  if (name !== '') {
    throw new RuntimeError(
      'CreateContainer',
      `container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root ${where}`,
    );
  }
  if ((image?.uid?.value ?? 0) === 0) {
    throw new RuntimeError('CreateContainer', `container has runAsNonRoot and image will run as root ${where}`);
  }
}

interface Parts {
  readonly sandbox: KeptSandbox;
  readonly container: ContainerSpec;
  readonly attempt: number;
  readonly mounts: readonly BoundMount[];
  readonly image: CriImage | undefined;
  readonly seccompRoot: string;
  /** Of the container whose processes it looks at. */
  readonly targetId?: string;
}

export function containerConfig(parts: Parts): ContainerConfig {
  const { sandbox, container, attempt, mounts, image, targetId, seccompRoot } = parts;
  const { security = {}, terminationMessage } = container;
  return {
    metadata: { name: container.name, attempt },
    // CRI-O wants to know what the user wrote.
    image: { image: image?.id || container.image, user_specified_image: container.image },
    command: container.command,
    args: container.args,
    working_dir: container.workingDir ?? '',
    envs: container.env.map(({ name, value }) => ({ key: name, value })),
    mounts: mounts.map(asCriMount),
    labels: { ...podLabels(sandbox), [CONTAINER_NAME]: container.name },
    annotations: {
      [RESTARTS]: String(attempt),
      [SPEC_IMAGE]: container.image,
      [TTY]: String(container.tty ?? false),
      ...(terminationMessage === undefined
        ? {}
        : { [MESSAGE_PATH]: terminationMessage.path, [MESSAGE_POLICY]: terminationMessage.policy }),
    },
    log_path: logPath(container.name, attempt),
    stdin: container.stdin ?? false,
    stdin_once: false,
    tty: container.tty ?? false,
    ...(container.stopSignal === undefined
      ? {}
      : { stop_signal: container.stopSignal.replaceAll('+', 'PLUS').replaceAll('-', 'MINUS') }),
    linux: {
      resources: {
        ...linuxResources(container),
        ...(container.oomScoreAdj === undefined ? {} : { oom_score_adj: container.oomScoreAdj }),
      },
      security_context: securityContext(security, targetOf(namespaces(sandbox), targetId), image, sandbox, seccompRoot),
    },
  };
}

const PROPAGATIONS = {
  HostToContainer: 'PROPAGATION_HOST_TO_CONTAINER',
  Bidirectional: 'PROPAGATION_BIDIRECTIONAL',
} as const;

/** Whether the runtime can make mounts read-only with those within them was settled before. */
function asCriMount({ containerPath, hostPath, readOnly, propagation, recursiveReadOnly }: BoundMount): CriMount {
  return {
    ...{ container_path: containerPath, host_path: hostPath, readonly: readOnly },
    ...(propagation === undefined ? {} : { propagation: PROPAGATIONS[propagation] }),
    ...(recursiveReadOnly === undefined ? {} : { recursive_read_only: true }),
  };
}

const targetOf = (options: NamespaceOptions, targetId: string | undefined): NamespaceOptions =>
  targetId === undefined ? options : { ...options, pid: 'TARGET', target_id: targetId };

export const logPath = (container: string, attempt: number): string => `${container}/${attempt}.log`;

function securityContext(
  security: ContainerSecurity,
  options: NamespaceOptions,
  image: CriImage | undefined,
  sandbox: KeptSandbox,
  seccompRoot: string,
): ContainerConfig['linux']['security_context'] {
  const { privileged = false, capabilities, runAsGroup } = security;
  const isMasked = !privileged && security.unmaskedProc !== true;
  return {
    ...(capabilities === undefined
      ? {}
      : { capabilities: { add_capabilities: capabilities.add, drop_capabilities: capabilities.drop } }),
    privileged,
    namespace_options: options,
    ...userOf(security, image),
    ...(runAsGroup === undefined ? {} : { run_as_group: { value: runAsGroup } }),
    readonly_rootfs: security.readOnlyRootFilesystem ?? false,
    ...groupsOf(sandbox),
    no_new_privs: security.allowPrivilegeEscalation === false,
    masked_paths: isMasked ? MASKED : [],
    readonly_paths: isMasked ? READ_ONLY : [],
    seccomp: seccompOf(security, seccompRoot),
  };
}
