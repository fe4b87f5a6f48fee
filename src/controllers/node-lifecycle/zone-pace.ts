/**
 * How fast the nodes of a zone are given up: 0.1 a second by default, slower or not at all when so many fail at once that the
 * fault is rather the zone's or ours. Pure. Source: node_lifecycle_controller.go, ComputeZoneState, handleDisruption.
 */
import type { ControllerSettings } from '../controller.ts';

/** As kube-controller-manager's flags of these names. */
export type ZoneRules = Pick<
  ControllerSettings,
  'nodeEvictionRate' | 'secondaryNodeEvictionRate' | 'unhealthyZoneThreshold' | 'largeClusterSizeThreshold'
>;
export interface ZoneCount {
  readonly ready: number;
  readonly notReady: number;
}
export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

export function zoneState({ ready, notReady }: ZoneCount, { unhealthyZoneThreshold }: ZoneRules): ZoneState {
  if (ready === 0 && notReady > 0) {
    return 'FullDisruption';
  }
  return notReady > 2 && notReady / (ready + notReady) >= unhealthyZoneThreshold ? 'PartialDisruption' : 'Normal';
}

/** Nodes a second, by zone. With every zone down nobody is evicted: there is nowhere to go. */
export function evictionRates(zones: ReadonlyMap<string, ZoneCount>, rules: ZoneRules): Map<string, number> {
  const down = zones.size > 0 && [...zones.values()].every((count) => zoneState(count, rules) === 'FullDisruption');
  return new Map([...zones].map(([zone, count]) => [zone, down ? 0 : rateOf(count, rules)]));
}

function rateOf(count: ZoneCount, rules: ZoneRules): number {
  const large = count.ready + count.notReady > rules.largeClusterSizeThreshold;
  const reduced = large ? rules.secondaryNodeEvictionRate : 0;
  return zoneState(count, rules) === 'PartialDisruption' ? reduced : rules.nodeEvictionRate;
}

/** A token bucket of one, for each zone, on the monotonic clock. */
export class ZonePace {
  readonly #last = new Map<string, number>();

  /** Takes the zone's token, if there is one. */
  take(zone: string, rate: number, now: number): boolean {
    const last = this.#last.get(zone);
    const step = 1_000 / rate;
    if (rate <= 0 || (last !== undefined && now - last < step)) {
      return false;
    }
    // From when the token was there, not from the look that came later: else each look would slow the pace.
    this.#last.set(zone, last === undefined || now - last >= 2 * step ? now : last + step);
    return true;
  }
}
