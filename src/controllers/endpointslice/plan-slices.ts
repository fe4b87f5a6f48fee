/**
 * Which slices a service's endpoints go into, with as few writes as can be: what is in a slice stays there, what is new
 * fills slices that are written anyway, then one that has room for all that is left, then new ones.
 * Pure. Source: k8s.io/endpointslice, reconciler.go.
 */
import { same } from '../equality.ts';
import type { ServiceInfo } from '../views/service-info.ts';
import type { DesiredGroup } from './desired-endpoints.ts';
import { newSlice, sliceLabels } from './new-slice.ts';
import { type Endpoint, type EndpointSlice, endpointKey, portsKey } from './slice.ts';

/** Source: --max-endpoints-per-slice. */
export const MAX_ENDPOINTS = 100;

export interface SlicePlan {
  readonly create: readonly EndpointSlice[];
  /** Stored ones, as they shall be. */
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

interface Planned {
  /** undefined: a new one. */
  readonly before: EndpointSlice | undefined;
  readonly after: EndpointSlice;
}

/** `existing`: the service's own of one address type. */
export function planSlices(
  service: ServiceInfo,
  groups: ReadonlyMap<string, DesiredGroup>,
  existing: readonly EndpointSlice[],
  addressType: string,
  max = MAX_ENDPOINTS,
): SlicePlan {
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const remove = existing.filter(({ ports }) => !groups.has(portsKey(ports)));
  for (const [key, group] of groups) {
    const own = existing.filter(({ ports }) => portsKey(ports) === key);
    for (const { before, after } of planGroup(service, group, own, addressType, max)) {
      if (before === undefined) {
        create.push(after);
      } else if (after.endpoints.length === 0) {
        remove.push(before);
      } else if (!same(before, after)) {
        update.push(after);
      }
    }
  }
  if (existing.length === remove.length && create.length === 0) {
    create.push(newSlice(service, [], addressType));
  }
  return reuse(service, { create, update, remove });
}

/** All slices of the group as they shall be; one without endpoints is to go. */
function planGroup(
  service: ServiceInfo,
  { ports, endpoints }: DesiredGroup,
  own: readonly EndpointSlice[],
  addressType: string,
  max: number,
): Planned[] {
  const wanted = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const planned: Planned[] = own.map((before) => {
    const metadata = { ...before.metadata, labels: sliceLabels(service) };
    const kept = before.endpoints.flatMap((endpoint) => take(wanted, endpointKey(endpoint)));
    return { before, after: { ...before, metadata, endpoints: kept } };
  });
  const left = [...wanted.values()];
  const fill = ({ endpoints: into }: EndpointSlice): void =>
    void into.push(...left.splice(0, Math.max(0, max - into.length)));
  const inUse = planned.filter(({ after }) => after.endpoints.length > 0);
  const touched = left.length === 0 ? [] : inUse.filter(({ before, after }) => !same(before, after));
  for (const { after } of fullestFirst(touched)) {
    fill(after);
  }
  while (left.length > 0) {
    // Only one that takes all that is left saves a slice.
    const hasRoom = ({ after }: Planned): boolean => after.endpoints.length + left.length <= max;
    const room = left.length < max ? fullestFirst(inUse.filter(hasRoom))[0] : undefined;
    const into = room ?? { before: undefined, after: newSlice(service, ports, addressType) };
    fill(into.after);
    planned.push(...(room === undefined ? [into] : []));
  }
  return planned;
}

const fullestFirst = (planned: readonly Planned[]): Planned[] =>
  [...planned].sort((a, b) => b.after.endpoints.length - a.after.endpoints.length);

function take(wanted: Map<string, Endpoint>, key: string): Endpoint[] {
  const endpoint = wanted.get(key);
  wanted.delete(key);
  return endpoint === undefined ? [] : [endpoint];
}

/** One that would go takes the contents of one that would come: one write and no new name. */
function reuse(service: ServiceInfo, { create, update, remove }: SlicePlan): SlicePlan {
  const spare = [...remove];
  const fresh: EndpointSlice[] = [];
  const reused = [...update];
  for (const slice of create) {
    const old = spare.shift();
    if (old === undefined) {
      fresh.push(slice);
    } else {
      const { ports, endpoints } = slice;
      const metadata = { ...old.metadata, labels: sliceLabels(service) };
      const after = { ...old, metadata, ports, endpoints };
      reused.push(...(same(old, after) ? [] : [after]));
    }
  }
  return { create: fresh, update: reused, remove: spare };
}
