/** A pod's pause container and its containers as the engine takes them. Source: cri-dockerd, core/security_context.go. */
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { type KeptSpec, keep } from '../kept-spec.ts';
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import type { ContainerResources, ContainerSecurity, ContainerSpec, PodSandboxSpec } from '../runtime.ts';
import { containerName, PAUSE, POD_SPEC, podLabels, TTY } from './labels.ts';
import type { DockerOptions } from './options.ts';

const PERIOD_US = 100_000;
const MIN_SHARES = 2;
const LOGS = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } };

export function pauseOptions(spec: PodSandboxSpec, attempt: number, options: DockerOptions): ContainerCreateOptions {
  const { hostPorts = [], dns, hostAliases = [], hostname, name } = spec;
  const key = ({ containerPort, protocol }: (typeof hostPorts)[number]): string =>
    `${containerPort}/${protocol.toLowerCase()}`;
  return {
    name: containerName(spec, PAUSE, attempt),
    Image: options.pauseImage,
    Labels: { ...podLabels(spec, PAUSE, attempt), [POD_SPEC]: JSON.stringify(keep(spec)) },
    ...(spec.hostNetwork ? {} : { Hostname: (hostname ?? name).slice(0, 63) }),
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
      LogConfig: LOGS,
      CpuShares: MIN_SHARES,
    },
  };
}

export function resourceOptions({ cpuRequest, cpuLimit, memoryLimit }: ContainerResources): HostConfig {
  const milli = cpuRequest ?? cpuLimit ?? 0;
  return {
    CpuShares: Math.max(MIN_SHARES, Math.floor((milli * 1_024) / 1_000)),
    ...(cpuLimit === undefined ? {} : { CpuPeriod: PERIOD_US, CpuQuota: Math.max(1_000, cpuLimit * 100) }),
    // As much with swap: none.
    ...(memoryLimit === undefined ? {} : { Memory: memoryLimit, MemorySwap: memoryLimit }),
  };
}

function securityOptions({ privileged, allowPrivilegeEscalation, seccomp }: ContainerSecurity): string[] {
  return [
    ...(allowPrivilegeEscalation === false ? ['no-new-privileges'] : []),
    ...(privileged !== true && (seccomp === undefined || seccomp.type === 'Unconfined') ? ['seccomp=unconfined'] : []),
  ];
}

interface Parts {
  readonly pod: KeptSpec;
  readonly pauseId: string;
  readonly container: ContainerSpec;
  readonly attempt: number;
  readonly mounts: readonly BoundMount[];
}

export function containerOptions({ pod, pauseId, container, attempt, mounts }: Parts): ContainerCreateOptions {
  const { security = {}, command, args, stdin = false, tty = false } = container;
  return {
    name: containerName(pod, container.name, attempt),
    Image: container.image,
    ...(command.length === 0 ? {} : { Entrypoint: [...command] }),
    ...(args.length === 0 ? {} : { Cmd: [...args] }),
    Env: container.env.map(({ name, value }) => `${name}=${value}`),
    ...(container.workingDir === undefined ? {} : { WorkingDir: container.workingDir }),
    ...(container.stopSignal === undefined ? {} : { StopSignal: container.stopSignal }),
    ...(security.runAsUser === undefined
      ? {}
      : { User: [security.runAsUser, security.runAsGroup].filter((id) => id !== undefined).join(':') }),
    ...{ Tty: tty, OpenStdin: stdin, StdinOnce: false },
    Labels: { ...podLabels(pod, container.name, attempt), [TTY]: String(tty) },
    HostConfig: {
      ...namespaces(pod, pauseId),
      ...runtimeOf(pod),
      ...resourceOptions(container),
      Binds: mounts.map(
        ({ hostPath, containerPath, readOnly }) => `${hostPath}:${containerPath}${readOnly ? ':ro' : ''}`,
      ),
      Privileged: security.privileged ?? false,
      ReadonlyRootfs: security.readOnlyRootFilesystem ?? false,
      CapAdd: security.capabilities?.add ?? [],
      CapDrop: security.capabilities?.drop ?? [],
      GroupAdd: [...(pod.supplementalGroups ?? []), ...(pod.fsGroup === undefined ? [] : [pod.fsGroup])].map(String),
      SecurityOpt: securityOptions(security),
      LogConfig: LOGS,
    },
  };
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
