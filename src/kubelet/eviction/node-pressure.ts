/**
 * Which nodes are under pressure, and since when. As in the kubelet this is remembered by the process alone: after a
 * restart grace periods begin anew, and a condition that stands is kept for its transition period.
 */
import { parseGoDuration } from '../../values/kubelet-configuration/go-duration.ts';
import type { EvictionSignal } from '../../values/kubelet-configuration/thresholds.ts';
import type { Node } from '../node.ts';
import type { NodeSettings } from '../node-settings.ts';
import { type Known, type Observations, observeSignals } from './observe.ts';
import {
  PRESSURES,
  type Pressure,
  reclaimOf,
  SIGNALS,
  type Threshold,
  thresholdsOf,
  withImplied,
} from './thresholds.ts';

/** What is to be reclaimed, by an eviction. */
export interface Shortage {
  readonly signal: EvictionSignal;
  readonly isHard: boolean;
  readonly available: number;
  readonly threshold: number;
}

export interface PressureReport {
  readonly conditions: ReadonlySet<Pressure>;
  readonly shortage: Shortage | undefined;
  /** A threshold is met, whatever its grace period. */
  readonly isShort: boolean;
  /** What of the annotation cannot be read. */
  readonly problems: readonly string[];
}

interface Remembered {
  /** Whether what was short last was so by a hard threshold. */
  readonly isHard: boolean;
  /** By signal and kind of threshold, in milliseconds since the epoch. */
  readonly metSince: Map<string, number>;
  readonly lastSeen: Map<Pressure, number>;
}

const NONE: PressureReport = { conditions: new Set(), shortage: undefined, isShort: false, problems: [] };
const ORDER = Object.keys(SIGNALS);
const keyOf = ({ signal, isHard }: Threshold): string => `${signal}/${isHard}`;

export class NodePressure {
  readonly #nodes = new Map<string, Remembered>();

  forget(nodeName: string): void {
    this.#nodes.delete(nodeName);
  }

  /** What nothing is known of any more was hard. */
  isHard(nodeName: string): boolean {
    return this.#nodes.get(nodeName)?.isHard ?? true;
  }

  look(
    node: Node,
    settings: NodeSettings,
    now: number,
    faulty: Readonly<Record<string, string>> = {},
    known: Known = {},
  ): PressureReport {
    const { name } = node.metadata;
    const problems: string[] = [];
    const observed = observeSignals(node, settings, problems, faulty, known);
    const before = this.#nodes.get(name) ?? standing(node, now);
    if (observed.size === 0 && before.lastSeen.size === 0) {
      // Nearly every node: nothing is kept of it.
      this.#nodes.delete(name);
      return problems.length === 0 ? NONE : { ...NONE, problems };
    }
    const thresholds = withImplied(thresholdsOf(settings), Object.keys(faulty));
    const met = thresholdsMet(thresholds, observed, before, settings);
    const after = remember(
      before,
      met,
      now,
      parseGoDuration(settings.configuration.evictionPressureTransitionPeriod ?? ''),
    );
    const due = met.filter((threshold) => now - (after.metSince.get(keyOf(threshold)) ?? now) >= threshold.graceMs);
    const shortage = worst(due, observed);
    this.#nodes.set(name, { ...after, isHard: shortage?.isHard ?? before.isHard });
    return { conditions: new Set(after.lastSeen.keys()), shortage, isShort: met.length > 0, problems };
  }
}

/** What a process finds that has not looked at the node yet. */
function standing({ status }: Node, now: number): Remembered {
  const isTrue = (type: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  const lastSeen = new Map([...PRESSURES].filter(isTrue).map((type) => [type as Pressure, now]));
  return { metSince: new Map(), lastSeen, isHard: true };
}

/** One that was met stays so until the least that is to be reclaimed is there too. */
function thresholdsMet(
  thresholds: readonly Threshold[],
  observed: Observations,
  { metSince }: Remembered,
  settings: NodeSettings,
): Threshold[] {
  const reclaim = reclaimOf(settings);
  return thresholds.filter((threshold) => {
    const seen = observed.get(threshold.signal);
    if (seen === undefined) {
      return false;
    }
    const least = reclaim.get(threshold.signal)?.(seen.capacity) ?? 0;
    const wanted = threshold.value(seen.capacity) + (metSince.has(keyOf(threshold)) ? least : 0);
    return seen.available < wanted;
  });
}

function remember(
  before: Remembered,
  met: readonly Threshold[],
  now: number,
  transitionMs = 0,
): Pick<Remembered, 'metSince' | 'lastSeen'> {
  const lastSeen = new Map([...before.lastSeen].filter(([, at]) => now - at < transitionMs));
  for (const { signal } of met) {
    lastSeen.set(SIGNALS[signal].pressure, now);
  }
  const metSince = new Map(met.map((threshold) => [keyOf(threshold), before.metSince.get(keyOf(threshold)) ?? now]));
  return { metSince, lastSeen };
}

function worst(due: readonly Threshold[], observed: Observations): Shortage | undefined {
  const inOrder = [...due].sort((a, b) => ORDER.indexOf(a.signal) - ORDER.indexOf(b.signal));
  const [first] = inOrder;
  const seen = first === undefined ? undefined : observed.get(first.signal);
  if (first === undefined || seen === undefined) {
    return undefined;
  }
  return {
    ...{ signal: first.signal, isHard: first.isHard, available: seen.available },
    threshold: first.value(seen.capacity),
  };
}
