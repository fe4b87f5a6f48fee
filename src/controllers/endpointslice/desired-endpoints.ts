/** What a service's pods are as endpoints. Pure. Source: k8s.io/endpointslice, podToEndpoint and ShouldPodBeInEndpoints. */
import { isIPv6 } from 'node:net';
import { ZONE_LABEL } from '../../values/node-labels.ts';
import { portFinder } from '../service-port.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import { isHeadless, type ServiceInfo } from '../views/service-info.ts';
import { type Endpoint, portsKey, type SlicePort } from './slice.ts';

export interface DesiredGroup {
  readonly ports: SlicePort[];
  readonly endpoints: Endpoint[];
}
export interface Desired {
  /** By `portsKey`. */
  readonly groups: ReadonlyMap<string, DesiredGroup>;
  /** Pods left out because nobody knows their node (yet). */
  readonly nodeless: readonly PodInfo[];
}

/** Families without a word of the service's own follow its address; a headless one may have both. */
export function addressTypes({ spec }: ServiceInfo): string[] {
  const { ipFamilies = [], clusterIP = '' } = spec;
  if (ipFamilies.length > 0) {
    return ipFamilies;
  }
  return isHeadless({ spec }) ? ['IPv4', 'IPv6'] : [isIPv6(clusterIP) ? 'IPv6' : 'IPv4'];
}

export function desiredEndpoints(
  service: ServiceInfo,
  pods: readonly PodInfo[],
  nodeOf: (name: string) => NodeInfo | undefined,
  addressType: string,
): Desired {
  const groups = new Map<string, DesiredGroup>();
  const nodeless: PodInfo[] = [];
  const { ports = [], publishNotReadyAddresses = false } = service.spec;
  const offeredBy = portFinder(ports, portsKey);
  for (const pod of pods.filter((one) => !isFinished(one) && one.addresses.length > 0)) {
    const node = nodeOf(pod.nodeName);
    if (node === undefined && !publishNotReadyAddresses) {
      nodeless.push(pod);
      continue;
    }
    const addresses = pod.addresses.filter((address) => isIPv6(address) === (addressType === 'IPv6'));
    if (addresses.length > 0) {
      const { ports: found, key } = offeredBy(pod.endpoint);
      const group = groups.get(key) ?? { ports: found, endpoints: [] };
      group.endpoints.push(toEndpoint(service, pod, node, addresses));
      groups.set(key, group);
    }
  }
  return { groups, nodeless };
}

function toEndpoint(
  { name, spec, wantsZoneHints }: ServiceInfo,
  pod: PodInfo,
  node: NodeInfo | undefined,
  addresses: string[],
): Endpoint {
  const terminating = pod.deletionTime !== undefined;
  const ready = spec.publishNotReadyAddresses === true || (pod.ready && !terminating);
  const zone = node?.labels[ZONE_LABEL] ?? '';
  const { hostname, subdomain } = pod.endpoint;
  return {
    addresses,
    conditions: { ready, serving: pod.ready, terminating },
    ...(hostname !== '' && subdomain === name ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: pod.uid },
    ...(pod.nodeName === '' ? {} : { nodeName: pod.nodeName }),
    ...(zone === '' ? {} : { zone }),
    ...hintsOf(wantsZoneHints ? undefined : spec.trafficDistribution, ready, zone, pod.nodeName),
  };
}

/** Whom traffic is to prefer. Source: k8s.io/endpointslice/trafficdist; KEP-4444, KEP-3015. */
function hintsOf(
  distribution: string | undefined,
  ready: boolean,
  zone: string,
  nodeName: string,
): Pick<Endpoint, 'hints'> {
  const isWanted = ['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(distribution ?? '');
  if (!isWanted || !ready) {
    return {};
  }
  const forZones = zone === '' ? {} : { forZones: [{ name: zone }] };
  const forNodes = distribution === 'PreferSameNode' && nodeName !== '' ? { forNodes: [{ name: nodeName }] } : {};
  const hints = { ...forZones, ...forNodes };
  return Object.keys(hints).length === 0 ? {} : { hints };
}
