/** Defaults of a pod spec and of a template's. Idempotent. Source: pkg/apis/core/v1/defaults.go, 1.34. */
import { defaultContainer, defaultHostPorts, defaultRequests } from './default-container.ts';
import { defaultVolume } from './default-volume.ts';
import { dropZeroes } from './drop-zeroes.ts';
import { defaultPodRequests } from './pod-level-resources.ts';
import type { PodSpec } from './pod-spec.ts';

export const DEFAULT_GRACE_SECONDS = 30;

export function defaultPodSpec(spec: PodSpec): void {
  dropZeroes(spec);
  spec.restartPolicy ||= 'Always';
  spec.terminationGracePeriodSeconds ??= DEFAULT_GRACE_SECONDS;
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.securityContext ??= {};
  spec.schedulerName ||= 'default-scheduler';
  defaultServiceAccount(spec);
  spec.volumes?.forEach(defaultVolume);
  spec.initContainers?.forEach(defaultContainer);
  spec.containers?.forEach(defaultContainer);
  spec.ephemeralContainers?.forEach(defaultContainer);
}

/** The deprecated name of the field follows the other. Source: pkg/apis/core/v1/conversion.go. */
function defaultServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (name) {
    spec.serviceAccountName = name;
    spec.serviceAccount = name;
  }
}

/** What only a pod gets, not a template. Source: SetDefaults_Pod. */
export function defaultSpecOfPod(spec: PodSpec): void {
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    defaultRequests(container);
    if (spec.hostNetwork === true) {
      defaultHostPorts(container);
    }
  }
  defaultPodRequests(spec);
}
