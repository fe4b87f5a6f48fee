/** Which endpoints are for another zone than their own. Pure. Source: k8s.io/endpointslice/topologycache/utils.go. */
import type { Endpoint } from './slice.ts';
import type { Allocations } from './zone-shares.ts';

type Counts = Map<string, number>;

export const count = (counts: Counts, key: string, by = 1): void => void counts.set(key, (counts.get(key) ?? 0) + by);

/** The most of all, the first of equals. */
function most(counts: Counts): readonly [zone: string, much: number] {
  return [...counts].reduce<readonly [string, number]>((best, one) => (one[1] > best[1] ? one : best), ['', 0]);
}

/** How many endpoints zones have to give, and to get, with what they are allocated by now. */
function exchange(allocations: Allocations, allocated: Counts): { giving: Counts; receiving: Counts } {
  const [tooMany, tooFew]: [Counts, Counts] = [new Map(), new Map()];
  for (const [zone, { desired }] of allocations) {
    const over = (allocated.get(zone) ?? 0) - desired;
    over > 0 ? tooMany.set(zone, over) : tooFew.set(zone, -over);
  }
  const [giving, receiving]: [Counts, Counts] = [new Map(), new Map()];
  for (;;) {
    const [giver, toGive] = most(tooMany);
    const [receiver, toReceive] = most(tooFew);
    if ((toGive < 1 && toReceive < 1) || toGive < 0.5 || toReceive < 0.5) {
      return { giving, receiving };
    }
    count(giving, giver);
    count(tooMany, giver, -1);
    count(receiving, receiver);
    count(tooFew, receiver, -1);
  }
}

/** Changes the hints of `endpoints`, which are ready and have their own zone as hint. */
export function redistribute(endpoints: readonly Endpoint[], allocations: Allocations, allocated: Counts): void {
  const { giving, receiving } = exchange(allocations, allocated);
  for (const endpoint of endpoints) {
    const zone = endpoint.zone ?? '';
    const receiver = [...receiving].find(([, left]) => left > 0)?.[0];
    if ((giving.get(zone) ?? 0) > 0 && receiver !== undefined) {
      endpoint.hints = { forZones: [{ name: receiver }] };
      count(giving, zone, -1);
      count(receiving, receiver, -1);
    }
  }
}
