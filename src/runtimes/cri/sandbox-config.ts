/** A pod as RunPodSandbox takes it, and again from the annotation that keeps it. Source: kuberuntime_sandbox.go. */
import { kernelNameOf } from '../hostname.ts';
import type { KeptSpec } from '../kept-spec.ts';
import { podLabels, SANDBOX_SPEC } from './labels.ts';
import type { NamespaceOptions, SandboxConfig } from './messages.ts';
import type { CriOptions } from './options.ts';

/** The attempt is part of a sandbox's name. */
export interface KeptSandbox extends KeptSpec {
  readonly attempt: number;
}

export function namespaces({ hostNetwork, hostPID, hostIPC, shareProcessNamespace }: KeptSandbox): NamespaceOptions {
  return {
    network: hostNetwork ? 'NODE' : 'POD',
    pid: hostPID === true ? 'NODE' : shareProcessNamespace === true ? 'POD' : 'CONTAINER',
    ipc: hostIPC === true ? 'NODE' : 'POD',
  };
}

export const cgroupOf = ({ cgroupParent }: CriOptions, uid: string): string =>
  cgroupParent === '' ? '' : `${cgroupParent}/pod${uid}`;

/** The groups of all processes of the pod, and whether those of the image's user are among them. */
export const groupsOf = ({ supplementalGroups = [], fsGroup, supplementalGroupsPolicy }: KeptSandbox) => ({
  supplemental_groups: fsGroup === undefined ? supplementalGroups : [...supplementalGroups, fsGroup],
  ...(supplementalGroupsPolicy === undefined ? {} : { supplemental_groups_policy: supplementalGroupsPolicy }),
});

export function sandboxConfig(spec: KeptSandbox, logs: string, options: CriOptions): SandboxConfig {
  const { uid, name, namespace, attempt, hostPorts = [], sysctls = {} } = spec;
  const dns = spec.dns ?? (options.dns && { ...options.dns, options: [] });
  return {
    metadata: { name, uid, namespace, attempt },
    // A pod on the host's network has the host's name.
    hostname: spec.hostNetwork ? '' : kernelNameOf(spec),
    log_directory: logs,
    ...(dns === undefined ? {} : { dns_config: dns }),
    port_mappings: hostPorts.map(({ protocol, containerPort, hostPort, hostIP }) => ({
      ...{ protocol, container_port: containerPort, host_port: hostPort, host_ip: hostIP },
    })),
    labels: podLabels(spec),
    annotations: { [SANDBOX_SPEC]: JSON.stringify(spec) },
    linux: {
      cgroup_parent: cgroupOf(options, uid),
      sysctls,
      security_context: {
        namespace_options: namespaces(spec),
        privileged: false,
        ...groupsOf(spec),
        seccomp: { profile_type: 'RuntimeDefault' },
      },
    },
  };
}
