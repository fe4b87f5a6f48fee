/**
 * The slices that an Endpoints object of a service without a selector is shown as: one for the ports and the family of
 * each subset. Pure. Source: controller/endpointslicemirroring, reconciler.go and utils.go.
 */
import { isIPv6 } from 'node:net';
import type { KubeObject, ObjectMeta } from '../../values/object.ts';
import { repackSubsets } from '../endpoints/repack-subsets.ts';
import type { Address, Subset } from '../endpoints/subsets.ts';
import { MANAGED_BY_LABEL, portsKey, SERVICE_LABEL, type SlicePort } from '../endpointslice/slice.ts';

export interface MirroredEndpoints extends KubeObject {
  metadata: ObjectMeta;
  subsets?: Subset[];
}
interface MirroredEndpoint {
  addresses: string[];
  conditions: { ready: boolean };
  hostname?: string;
  nodeName?: string;
  targetRef?: object;
}
export interface MirrorSlice extends KubeObject {
  metadata: ObjectMeta;
  addressType: string;
  endpoints: MirroredEndpoint[];
  ports: SlicePort[];
}

export const MIRROR = 'endpointslicemirroring-controller.k8s.io';
/** Of a subset. Source: --mirroring-max-endpoints-per-subset. */
export const MOST = 1_000;
const NOT_COPIED = new Set([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]);
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

export const isMirrored = ({ metadata }: KubeObject): boolean =>
  metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined;

export const mirrorKey = ({ addressType, ports }: Pick<MirrorSlice, 'addressType' | 'ports'>): string =>
  `${addressType} ${portsKey(ports)}`;

/** `skipped`: addresses beyond what a slice holds. */
export function mirrorSlices(endpoints: MirroredEndpoints): { slices: MirrorSlice[]; skipped: number } {
  const slices = new Map<string, MirrorSlice>();
  const repacked = repackSubsets(endpoints.subsets ?? []);
  let { skipped } = repacked;
  for (const { addresses = [], notReadyAddresses = [], ports: offered = [] } of repacked.subsets) {
    const ports = offered.map((port): SlicePort => ({ ...port, name: port.name ?? '' }));
    const all = [...addresses.map(toEndpoint(true)), ...notReadyAddresses.map(toEndpoint(false))];
    skipped += Math.max(0, all.length - MOST);
    for (const endpoint of all.slice(0, MOST)) {
      const addressType = isIPv6(endpoint.addresses[0] ?? '') ? 'IPv6' : 'IPv4';
      const key = mirrorKey({ addressType, ports });
      const slice = slices.get(key) ?? newSlice(endpoints, addressType, ports);
      slice.endpoints.push(endpoint);
      slices.set(key, slice);
    }
  }
  return { slices: [...slices.values()], skipped };
}

const toEndpoint =
  (ready: boolean) =>
  ({ ip, hostname = '', nodeName, targetRef }: Address): MirroredEndpoint => ({
    addresses: [ip],
    conditions: { ready },
    ...(hostname === '' ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  });

function newSlice({ metadata }: MirroredEndpoints, addressType: string, ports: SlicePort[]): MirrorSlice {
  const { namespace = '', name = '', uid = '', labels = {}, annotations = {} } = metadata;
  const copied = Object.entries(annotations).filter(([key]) => !NOT_COPIED.has(key));
  const owner = { apiVersion: 'v1', kind: 'Endpoints', name, uid, controller: true, blockOwnerDeletion: true };
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: {
      ...{ generateName: `${name}-`, namespace, ownerReferences: [owner] },
      labels: { ...labels, [SERVICE_LABEL]: name, [MANAGED_BY_LABEL]: MIRROR },
      ...(copied.length === 0 ? {} : { annotations: Object.fromEntries(copied) }),
    },
    ...{ addressType, endpoints: [], ports },
  };
}
