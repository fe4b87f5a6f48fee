/** What part of the fleet's CPU each zone has. Pure. Source: k8s.io/endpointslice/topologycache, SetNodes and getAllocations. */
import { ZONE_LABEL } from '../../values/node-labels.ts';
import { isReady, type NodeInfo } from '../views/node-info.ts';

/** By zone; together 1. */
export type ZoneShares = ReadonlyMap<string, number>;
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** undefined: a ready node has no zone or no CPU, or all have the same zone. */
export function zoneShares(nodes: Iterable<NodeInfo>): ZoneShares | undefined {
  const cpus = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    if (!isReady(node) || CONTROL_PLANE.some((label) => node.labels[label] !== undefined)) {
      continue;
    }
    const [zone = '', cpu = 0] = [node.labels[ZONE_LABEL], node.allocatable['cpu']];
    if (zone === '' || cpu === 0) {
      return undefined;
    }
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu);
    total += cpu;
  }
  const sorted = [...cpus].sort(([a], [b]) => (a < b ? -1 : 1));
  return cpus.size < 2 ? undefined : new Map(sorted.map(([zone, cpu]) => [zone, cpu / total]));
}

export interface Allocation {
  readonly maximum: number;
  readonly desired: number;
}
export type Allocations = ReadonlyMap<string, Allocation>;

/** By how much an endpoint may have more to do than the others. */
const OVERLOAD = 0.2;
const NO_INFORMATION = 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';

/** How many endpoints each zone is to have, or why that cannot be said. */
export function allocate(shares: ZoneShares | undefined, endpoints: number): Allocations | string {
  if (shares === undefined) {
    return NO_INFORMATION;
  }
  const figures = `(${endpoints} endpoints, ${shares.size} zones)`;
  if (shares.size > endpoints) {
    return `Insufficient number of endpoints ${figures}`;
  }
  const wanted = [...shares].map(([zone, share]) => {
    const minimum = Math.ceil(share * endpoints * (1 / (1 + OVERLOAD)));
    return { zone, minimum, desired: Math.max(share * endpoints, minimum) };
  });
  const spare = endpoints - wanted.reduce((sum, { minimum }) => sum + minimum, 0);
  if (spare < 0) {
    const what = 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold';
    return `${what} ${figures}`;
  }
  return new Map(wanted.map(({ zone, minimum, desired }) => [zone, { maximum: minimum + spare, desired }]));
}
