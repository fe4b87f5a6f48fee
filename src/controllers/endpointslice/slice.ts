/** discovery.k8s.io/v1 EndpointSlice as its controller reads and writes it. Types and small pure questions. */

import { canonical } from '../../values/canonical-json.ts';
import type { KubeObject, ObjectMeta } from '../../values/object.ts';

export interface SlicePort {
  name: string;
  protocol: string;
  port: number;
  appProtocol?: string;
}
export interface Endpoint {
  addresses: string[];
  conditions: { ready: boolean; serving: boolean; terminating: boolean };
  hostname?: string;
  targetRef?: { kind: string; namespace: string; name: string; uid: string };
  nodeName?: string;
  zone?: string;
  hints?: { forZones?: { name: string }[]; forNodes?: { name: string }[] };
}
export interface EndpointSlice extends KubeObject {
  metadata: ObjectMeta;
  addressType: string;
  endpoints: Endpoint[];
  ports: SlicePort[];
}
export const SLICES = 'endpointslices.discovery.k8s.io';
export const SERVICE_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const HEADLESS_LABEL = 'service.kubernetes.io/headless';
export const MANAGER = 'endpointslice-controller.k8s.io';

/** Slices of the same ports hold one set of endpoints. */
export const portsKey = (ports: readonly SlicePort[] | undefined): string =>
  canonical([...(ports ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)));

/** The same pod at the same addresses: changed in place, never moved to another slice. */
export const endpointKey = ({ addresses, hostname = '', targetRef }: Endpoint): string =>
  [...[...addresses].sort(), hostname, targetRef?.namespace, targetRef?.name].join(' ');
