/** A pod's pause container and its containers as the engine takes them. Source: cri-dockerd, core/security_context.go. */
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { kernelNameOf } from '../hostname.ts';
import { type KeptSpec, keep } from '../kept-spec.ts';
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import type { ContainerResources, ContainerSecurity, ContainerSpec, LogLimits, PodSandboxSpec } from '../runtime.ts';
import { containerName, PAUSE, POD_SPEC, podLabels, TTY } from './labels.ts';
import type { DockerOptions } from './options.ts';

const PERIOD_US = 100_000;
const MIN_SHARES = 2;
const LOGS: LogLimits = { maxBytes: 10 * 1_024 * 1_024, maxFiles: 5 };

const logsOf = ({ logs: { maxBytes, maxFiles } = LOGS }: Pick<KeptSpec, 'logs'>): HostConfig['LogConfig'] => ({
  Type: 'json-file',
  Config: { 'max-size': String(maxBytes), 'max-file': String(maxFiles) },
});

export function pauseOptions(spec: PodSandboxSpec, attempt: number, options: DockerOptions): ContainerCreateOptions {
  const { hostPorts = [], dns, hostAliases = [] } = spec;
  const key = ({ containerPort, protocol }: (typeof hostPorts)[number]): string =>
    `${containerPort}/${protocol.toLowerCase()}`;
  return {
    name: containerName(spec, PAUSE, attempt),
    Image: options.pauseImage,
    Labels: { ...podLabels(spec, PAUSE, attempt), [POD_SPEC]: JSON.stringify(keep(spec)) },
    ...(spec.hostNetwork ? {} : namesOf(spec)),
    ExposedPorts: Object.fromEntries(hostPorts.map((port) => [key(port), {}])),
    HostConfig: {
      NetworkMode: spec.hostNetwork ? 'host' : options.network,
      IpcMode: spec.hostIPC === true ? 'host' : 'shareable',
      ...runtimeOf(spec),
      ...(spec.hostPID === true ? { PidMode: 'host' } : {}),
      PortBindings: Object.fromEntries(
        hostPorts.map((port) => [key(port), [{ HostIp: port.hostIP, HostPort: String(port.hostPort) }]]),
      ),
      ...(dns === undefined
        ? {}
        : { Dns: [...dns.servers], DnsSearch: [...dns.searches], DnsOptions: [...dns.options] }),
      ExtraHosts: hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((host) => `${host}:${ip}`)),
      ...(spec.sysctls === undefined ? {} : { Sysctls: spec.sysctls }),
      LogConfig: logsOf(spec),
      CpuShares: MIN_SHARES,
    },
  };
}

/** The engine writes the hosts file: the full name, where it is not the host name itself, from `Domainname`. */
const namesOf = (spec: PodSandboxSpec): Pick<ContainerCreateOptions, 'Hostname' | 'Domainname'> => ({
  Hostname: kernelNameOf(spec),
  ...(spec.domain === undefined || spec.isFullyNamed === true ? {} : { Domainname: spec.domain }),
});

export function resourceOptions({ cpuRequest, cpuLimit, memoryLimit }: ContainerResources): HostConfig {
  const milli = cpuRequest ?? cpuLimit ?? 0;
  return {
    CpuShares: Math.max(MIN_SHARES, Math.floor((milli * 1_024) / 1_000)),
    ...(cpuLimit === undefined ? {} : { CpuPeriod: PERIOD_US, CpuQuota: Math.max(1_000, cpuLimit * 100) }),
    // As much with swap: none.
    ...(memoryLimit === undefined ? {} : { Memory: memoryLimit, MemorySwap: memoryLimit }),
  };
}

function securityOptions(
  { privileged, allowPrivilegeEscalation, seccomp }: ContainerSecurity,
  profile: string | undefined,
): string[] {
  const isUnconfined = privileged !== true && (seccomp === undefined || seccomp.type === 'Unconfined');
  return [
    ...(allowPrivilegeEscalation === false ? ['no-new-privileges'] : []),
    ...(isUnconfined ? ['seccomp=unconfined'] : []),
    ...(profile === undefined ? [] : [`seccomp=${profile}`]),
  ];
}

interface Parts {
  readonly pod: KeptSpec;
  readonly pauseId: string;
  readonly container: ContainerSpec;
  readonly attempt: number;
  readonly mounts: readonly BoundMount[];
  /** `user:group`; undefined: the image's. */
  readonly user: string | undefined;
  /** The text of one of the host's own. */
  readonly seccompProfile: string | undefined;
  /** A Podman gives it another host name than the pod's, where none is asked for; Docker lets nobody ask. */
  readonly isNamed?: boolean;
}

export function containerOptions(parts: Parts): ContainerCreateOptions {
  const { pod, pauseId, container, attempt, mounts, user, seccompProfile, isNamed = false } = parts;
  const { security = {}, command, args, stdin = false, tty = false } = container;
  return {
    name: containerName(pod, container.name, attempt),
    Image: container.image,
    ...(isNamed && !pod.hostNetwork ? { Hostname: kernelNameOf(pod) } : {}),
    ...(command.length === 0 ? {} : { Entrypoint: [...command] }),
    ...(args.length === 0 ? {} : { Cmd: [...args] }),
    Env: container.env.map(({ name, value }) => `${name}=${value}`),
    ...(container.workingDir === undefined ? {} : { WorkingDir: container.workingDir }),
    ...(container.stopSignal === undefined ? {} : { StopSignal: container.stopSignal }),
    ...(user === undefined ? {} : { User: user }),
    ...{ Tty: tty, OpenStdin: stdin, StdinOnce: false },
    Labels: { ...podLabels(pod, container.name, attempt), [TTY]: String(tty) },
    HostConfig: {
      ...namespaces(pod, pauseId),
      ...runtimeOf(pod),
      ...resourceOptions(container),
      ...(container.oomScoreAdj === undefined ? {} : { OomScoreAdj: container.oomScoreAdj }),
      Binds: mounts.map(bindOf),
      Privileged: security.privileged ?? false,
      ReadonlyRootfs: security.readOnlyRootFilesystem ?? false,
      CapAdd: security.capabilities?.add ?? [],
      CapDrop: security.capabilities?.drop ?? [],
      GroupAdd: [...(pod.supplementalGroups ?? []), ...(pod.fsGroup === undefined ? [] : [pod.fsGroup])].map(String),
      SecurityOpt: securityOptions(security, seccompProfile),
      LogConfig: logsOf(pod),
      ...(pod.pidsLimit === undefined ? {} : { PidsLimit: pod.pidsLimit }),
    },
  };
}

const PROPAGATIONS = { HostToContainer: 'rslave', Bidirectional: 'rshared' } as const;

function bindOf({ hostPath, containerPath, readOnly, propagation }: BoundMount): string {
  const options = [...(readOnly ? ['ro'] : []), ...(propagation === undefined ? [] : [PROPAGATIONS[propagation]])];
  return [hostPath, containerPath, ...(options.length === 0 ? [] : [options.join()])].join(':');
}

/** Of a RuntimeClass: one that the engine was configured with. */
const runtimeOf = ({ runtimeHandler = '' }: Pick<KeptSpec, 'runtimeHandler'>): HostConfig =>
  runtimeHandler === '' ? {} : { Runtime: runtimeHandler };

const namespaces = ({ hostPID, hostIPC, shareProcessNamespace }: KeptSpec, pauseId: string): HostConfig => ({
  NetworkMode: `container:${pauseId}`,
  IpcMode: hostIPC === true ? 'host' : `container:${pauseId}`,
  ...(hostPID === true
    ? { PidMode: 'host' }
    : shareProcessNamespace === true
      ? { PidMode: `container:${pauseId}` }
      : {}),
});
