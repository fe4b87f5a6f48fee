/** What a pod calls itself. Pure. Source: kubelet_pods.go, GeneratePodHostNameAndDomain; kubelet/util, GetNodenameForKernel. */
import type { PodSandboxSpec } from './specs.ts';

type Named = Pick<PodSandboxSpec, 'hostname' | 'name' | 'domain' | 'isFullyNamed'>;

/** At most 63 characters. */
export const hostnameOf = ({ hostname, name }: Pick<Named, 'hostname' | 'name'>): string =>
  (hostname ?? name).slice(0, 63).replace(/[-.]+$/, '');

/** As the kernel tells it. */
export const kernelNameOf = ({ domain, isFullyNamed, ...pod }: Named): string =>
  domain !== undefined && isFullyNamed === true ? `${hostnameOf(pod)}.${domain}` : hostnameOf(pod);
