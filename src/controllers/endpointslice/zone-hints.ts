/**
 * Whom traffic is to prefer where a service says `service.kubernetes.io/topology-mode: Auto`: endpoints are for their
 * zone, and some for another, so that each zone has as many as it has CPU. Slices that are not written anyway keep their
 * hints while those do. Pure. Source: k8s.io/endpointslice/topologycache, AddHints.
 */
import { same } from '../equality.ts';
import type { DesiredGroup } from './desired-endpoints.ts';
import type { SlicePlan } from './plan-slices.ts';
import { count, redistribute } from './redistribute.ts';
import { type Endpoint, type EndpointSlice, endpointKey } from './slice.ts';
import { type Allocations, allocate, type ZoneShares } from './zone-shares.ts';

const isReady = ({ conditions }: Endpoint): boolean => conditions.ready;
const isHinted = ({ endpoints }: EndpointSlice): boolean => endpoints.some(({ hints }) => hints !== undefined);

function withoutHints({ hints: _, ...endpoint }: Endpoint): Endpoint {
  return endpoint;
}
const bare = (slice: EndpointSlice): EndpointSlice => ({ ...slice, endpoints: slice.endpoints.map(withoutHints) });

/** An endpoint that is as it is stored has its hints too, so that a slice of such ones needs no write. */
export function keepHints(groups: ReadonlyMap<string, DesiredGroup>, existing: readonly EndpointSlice[]): void {
  const stored = new Map(existing.flatMap(({ endpoints }) => endpoints.map((one) => [endpointKey(one), one] as const)));
  for (const { endpoints } of groups.values()) {
    for (const endpoint of endpoints) {
      const before = stored.get(endpointKey(endpoint));
      if (before?.hints !== undefined && same(withoutHints(before), endpoint)) {
        endpoint.hints = before.hints;
      }
    }
  }
}

/** undefined: some endpoint has no hint, or one for a zone that is to have none, or a zone gets too many. */
function hintsIn({ endpoints }: EndpointSlice, allocated: Map<string, number>, allocations: Allocations) {
  const hints = new Map<string, number>();
  for (const { hints: { forZones = [] } = {} } of endpoints.filter(isReady)) {
    if (forZones.length === 0) {
      return undefined;
    }
    for (const { name } of forZones) {
      count(hints, name);
    }
  }
  const isWithin = ([zone, number]: [string, number]): boolean =>
    number + (allocated.get(zone) ?? 0) <= (allocations.get(zone)?.maximum ?? -1);
  return [...hints].every(isWithin) ? hints : undefined;
}

export interface HintedPlan {
  readonly plan: SlicePlan;
  /** Why no endpoint has a hint. */
  readonly refusal?: string;
}

/** `existing`: the stored slices that the plan is for. */
export function withZoneHints(
  { create, update, remove }: SlicePlan,
  existing: readonly EndpointSlice[],
  shares: ZoneShares | undefined,
): HintedPlan {
  const written = new Set([...update, ...remove].map(({ metadata }) => metadata.name));
  const unchanged = existing.filter(({ metadata }) => !written.has(metadata.name));
  const refuse = (refusal: string): HintedPlan => {
    const plan = { create: create.map(bare), update: [...update, ...unchanged.filter(isHinted)].map(bare), remove };
    return { plan, refusal };
  };
  const ready = [...create, ...update, ...unchanged].flatMap(({ endpoints }) => endpoints.filter(isReady));
  const allocations = allocate(shares, ready.length);
  if (typeof allocations === 'string') {
    return refuse(allocations);
  }
  const allocated = new Map<string, number>();
  const unfit = unchanged.filter((slice) => {
    const hints = hintsIn(slice, allocated, allocations);
    for (const [zone, number] of hints ?? []) {
      count(allocated, zone, number);
    }
    return hints === undefined;
  });
  const [made, changed] = [create.map(bare), [...update, ...unfit].map(bare)];
  const free = [...made, ...changed].flatMap(({ endpoints }) => endpoints.filter(isReady));
  for (const endpoint of free) {
    if (endpoint.zone === undefined) {
      return refuse('One or more endpoints do not have a zone specified');
    }
    count(allocated, endpoint.zone);
    endpoint.hints = { forZones: [{ name: endpoint.zone }] };
  }
  redistribute(free, allocations, allocated);
  const stored = new Map(existing.map((slice) => [slice.metadata.name, slice]));
  const isNews = (slice: EndpointSlice): boolean => !same(stored.get(slice.metadata.name), slice);
  return { plan: { create: made, update: changed.filter(isNews), remove } };
}
