/** The pod's security context under the container's own. Pure. Source: pkg/securitycontext/util.go, DetermineEffectiveSecurityContext. */
import type { ContainerSecurity } from '../runtimes/runtime.ts';
import type { KubeletConfiguration } from '../values/kubelet-configuration/configuration.ts';
import type { Container, Pod } from './pod.ts';

/** Of a container; of a pod, those that both have. */
export interface SecurityContext {
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  seccompProfile?: { type: string; localhostProfile?: string };
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { add?: string[]; drop?: string[] };
  procMount?: string;
}

export function containerSecurity(
  { securityContext: own = {} }: Container,
  { spec }: Pod,
  { seccompDefault = false }: Pick<KubeletConfiguration, 'seccompDefault'> = {},
): ContainerSecurity {
  const pod = spec.securityContext ?? {};
  const { capabilities, seccompProfile = pod.seccompProfile, procMount, privileged } = own;
  const fields = {
    runAsUser: own.runAsUser ?? pod.runAsUser,
    runAsGroup: own.runAsGroup ?? pod.runAsGroup,
    runAsNonRoot: own.runAsNonRoot ?? pod.runAsNonRoot,
    privileged,
    allowPrivilegeEscalation: own.allowPrivilegeEscalation,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem,
    capabilities: capabilities && { add: capabilities.add ?? [], drop: capabilities.drop ?? [] },
    seccomp: seccompProfile ?? (seccompDefault ? { type: 'RuntimeDefault' } : undefined),
    unmaskedProc: procMount === 'Unmasked' ? true : undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
