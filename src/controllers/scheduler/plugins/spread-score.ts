/** Points for domains that have fewer of a pod's like. Source: podtopologyspread/scoring.go. */
import { type LabelColumn, type LabelColumns, UNLABELLED } from '../cache/label-columns.ts';
import type { Scorer } from './plugin.ts';
import { HOSTNAME, type ReadyConstraint } from './spread-constraints.ts';

type Slots = readonly number[];

/** Of a node that lacks a label: it gets no points. */
const IGNORED = -1;

/** Many small domains differ less than few large ones: that evens their constraints out. */
const weightOf = (domains: number): number => Math.log(domains + 2);

const idOf = ({ ids }: LabelColumn, slot: number): number => ids[slot] ?? UNLABELLED;

/** Adds what the constraint gives to `points`, but for those that are IGNORED. */
function addPoints(points: number[], slots: Slots, constraint: ReadyConstraint, columns: LabelColumns): void {
  const { topologyKey, tally, sums, maxSkew } = constraint;
  const column = columns.of(topologyKey);
  const isByNode = topologyKey === HOSTNAME;
  const domains = new Map<number, number>();
  const counts = new Array<number>(slots.length);
  let taking = 0;
  for (const [index, slot] of slots.entries()) {
    if (points[index] === IGNORED) {
      continue;
    }
    taking += 1;
    const id = idOf(column, slot);
    if (isByNode || id === UNLABELLED) {
      counts[index] = id === UNLABELLED ? IGNORED : tally.on(slot);
      continue;
    }
    const known = domains.get(id);
    const count = known ?? sums.of(column.value(id));
    counts[index] = count;
    if (known === undefined) {
      domains.set(id, count);
    }
  }
  const weight = weightOf(isByNode ? taking : domains.size);
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index] ?? IGNORED;
    if (count !== IGNORED) {
      points[index] = (points[index] ?? 0) + count * weight + maxSkew - 1;
    }
  }
}

/** `keys`: labels without which a node gets no points. */
export function spreadScorer(
  constraints: () => readonly ReadyConstraint[],
  keys: readonly string[],
  columns: LabelColumns,
): Scorer {
  return {
    ofNodeAlone: false,
    points: (_nodes, slots) => {
      const points = new Array<number>(slots.length).fill(0);
      for (const column of keys.map((key) => columns.of(key))) {
        for (const [index, slot] of slots.entries()) {
          points[index] = idOf(column, slot) === UNLABELLED ? IGNORED : (points[index] as number);
        }
      }
      // Nodes have few labels: of thousands of constraints all of them lack some.
      for (const constraint of points.every((value) => value === IGNORED) ? [] : constraints()) {
        addPoints(points, slots, constraint, columns);
      }
      return points.map(Math.round);
    },
    normalize,
  };
}

/** The fewer the better: the lowest becomes 100. */
function normalize(points: number[]): void {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, 0];
  for (const value of points) {
    if (value !== IGNORED) {
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  for (let index = 0; index < points.length; index += 1) {
    const value = points[index] as number;
    points[index] =
      value === IGNORED ? 0 : highest === 0 ? 100 : Math.floor((100 * (highest + lowest - value)) / highest);
  }
}
