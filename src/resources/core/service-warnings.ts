/** What of a Service is allowed and has no effect, or has another name by now. Source: pkg/api/service/warnings.go, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { HEADLESS, type ServiceSpec } from './default-service.ts';

const HINTS = 'service.kubernetes.io/topology-aware-hints';

interface Service extends KubeObject {
  spec?: ServiceSpec & { loadBalancerIP?: string };
}

export function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const { type, clusterIP, loadBalancerIP = '', externalIPs = [], sessionAffinity = 'None', externalName = '' } = spec;
  const isHeadless = type === 'ClusterIP' && clusterIP === HEADLESS;
  const warnings: readonly (readonly [applies: boolean, text: string])[] = [
    [
      Object.hasOwn(metadata.annotations ?? {}, HINTS),
      `annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ],
    [isHeadless && loadBalancerIP !== '', 'spec.loadBalancerIP is ignored for headless services'],
    [isHeadless && externalIPs.length > 0, 'spec.externalIPs is ignored for headless services'],
    [isHeadless && sessionAffinity !== 'None', 'spec.SessionAffinity is ignored for headless services'],
    [type === 'ExternalName' && externalIPs.length > 0, 'spec.externalIPs is ignored when spec.type is "ExternalName"'],
    [
      type !== 'ExternalName' && externalName !== '',
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ],
    [
      spec.trafficDistribution === 'PreferClose',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ],
  ];
  return warnings.flatMap(([applies, text]) => (applies ? [text] : []));
}
