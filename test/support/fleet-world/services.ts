/** Services of a FleetWorld, and what the controllers of endpoints make of them. */
import type { FleetWorld } from '../fleet-world.ts';
import type { Loose } from './loose.ts';

export const SLICES = 'endpointslices.discovery.k8s.io';

export const addService = (
  fleet: FleetWorld,
  name: string,
  spec: object = {},
  labels: Record<string, string> = { team: 'a' },
) =>
  fleet.add('services', {
    ...{ kind: 'Service', metadata: { name, namespace: 'default', labels } },
    spec: {
      ...{ clusterIP: '10.1.1.1', ipFamilies: ['IPv4'], selector: { app: 'web' } },
      ports: [{ name: '', port: 80, targetPort: 8080, protocol: 'TCP' }],
      ...spec,
    },
  });
export const addPod = (fleet: FleetWorld, name: string, app = 'web', nodeName = 'n1') =>
  fleet.add('pods', { metadata: { name, namespace: 'default', labels: { app } }, spec: { nodeName, containers: [] } });
export const slicesOf = (fleet: FleetWorld, service = 'web') =>
  fleet.all(SLICES).filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service) as (Loose & {
    endpoints: { targetRef: { name: string }; conditions: { ready: boolean; terminating: boolean } }[];
  })[];

/** Of slices and endpoints, from now on. */
export function countWrites(fleet: FleetWorld): { readonly slices: number; readonly endpoints: number } {
  const counts = { slices: 0, endpoints: 0 };
  fleet.onWrite = (id) => {
    counts.slices += id === SLICES ? 1 : 0;
    counts.endpoints += id === 'endpoints' ? 1 : 0;
  };
  return counts;
}
