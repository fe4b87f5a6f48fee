/** The subsets of an Endpoints object: pods grouped by the ports they offer. Pure. Source: endpoints_controller.go. */
import { isIPv6 } from 'node:net';
import { canonical } from '../../values/canonical-json.ts';
import { type FoundPort, portFinder } from '../service-port.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import { isHeadless, type ServiceInfo } from '../views/service-info.ts';

export interface Address {
  ip: string;
  hostname?: string;
  nodeName?: string;
  targetRef?: { kind: string; namespace: string; name: string; uid: string };
}
export interface Subset {
  addresses?: Address[];
  notReadyAddresses?: Address[];
  ports?: (Omit<FoundPort, 'name'> & { name?: string })[];
}

/** More than an object can carry; slices can. Source: maxCapacity. */
const MAX_ADDRESSES = 1_000;

export function endpointSubsets(service: ServiceInfo, pods: readonly PodInfo[]): Subset[] {
  const { publishNotReadyAddresses = false, ports = [] } = service.spec;
  const groups = new Map<string, { ports: FoundPort[]; ready: Address[]; notReady: Address[] }>();
  const offeredBy = portFinder(ports, (found) => canonical([...found].sort(byName)));
  const isListed = (pod: PodInfo): boolean =>
    !isFinished(pod) && (publishNotReadyAddresses || pod.deletionTime === undefined);
  for (const pod of pods.filter(isListed)) {
    const address = toAddress(service, pod);
    const { ports: found, key } = offeredBy(pod.endpoint);
    const isOffered = found.length > 0 || (ports.length === 0 && isHeadless(service));
    if (address !== undefined && isOffered) {
      const group = groups.get(key) ?? { ports: [...found].sort(byName), ready: [], notReady: [] };
      (publishNotReadyAddresses || pod.ready ? group.ready : group.notReady).push(address);
      groups.set(key, group);
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { ports: offered, ready, notReady }]) => ({
      ...(ready.length === 0 ? {} : { addresses: ready.sort(byIp) }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.sort(byIp) }),
      ...(offered.length === 0 ? {} : { ports: offered.map(withoutEmptyName) }),
    }));
}

/** As on the wire. */
const withoutEmptyName = ({ name, ...port }: FoundPort) => (name === '' ? port : { name, ...port });
const byName = (a: FoundPort, b: FoundPort): number => (a.name < b.name ? -1 : 1);
export const byIp = (a: Address, b: Address): number =>
  a.ip === b.ip ? ((a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1) : a.ip < b.ip ? -1 : 1;

/** Of the service's first family. */
function toAddress({ name, spec }: ServiceInfo, pod: PodInfo): Address | undefined {
  const isV6 = spec.ipFamilies === undefined ? isIPv6(spec.clusterIP ?? '') : spec.ipFamilies[0] === 'IPv6';
  const ip = pod.addresses.find((address) => isIPv6(address) === isV6);
  const { hostname, subdomain } = pod.endpoint;
  return ip === undefined
    ? undefined
    : {
        ip,
        ...(hostname !== '' && subdomain === name ? { hostname } : {}),
        ...(pod.nodeName === '' ? {} : { nodeName: pod.nodeName }),
        targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: pod.uid },
      };
}

export interface Truncated {
  readonly subsets: Subset[];
  readonly isTruncated: boolean;
}

/** Ready ones first; subsets share what there is room for by their size. Source: truncateEndpoints. */
export function truncate(subsets: readonly Subset[], max = MAX_ADDRESSES): Truncated {
  const ready = count(subsets, 'addresses');
  const notReady = count(subsets, 'notReadyAddresses');
  if (ready + notReady <= max) {
    return { subsets: [...subsets], isTruncated: false };
  }
  const [kind, total, room] =
    ready > max ? (['addresses', ready, max] as const) : (['notReadyAddresses', notReady, max - ready] as const);
  let left = room;
  const cut = subsets.map((subset): Subset => {
    const all = subset[kind] ?? [];
    const kept = all.slice(0, Math.min(left, Math.ceil((all.length / total) * room)));
    left -= kept.length;
    const { addresses, notReadyAddresses, ...rest } = subset;
    const others = kind === 'addresses' || addresses === undefined ? {} : { addresses };
    return { ...rest, ...others, ...(kept.length === 0 ? {} : { [kind]: kept }) };
  });
  const isEmpty = ({ addresses, notReadyAddresses }: Subset): boolean =>
    addresses === undefined && notReadyAddresses === undefined;
  return { subsets: cut.filter((subset) => !isEmpty(subset)), isTruncated: true };
}

const count = (subsets: readonly Subset[], kind: 'addresses' | 'notReadyAddresses'): number =>
  subsets.reduce((sum, subset) => sum + (subset[kind]?.length ?? 0), 0);
