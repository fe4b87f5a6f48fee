/** Points for domains that have fewer of a pod's like. Source: podtopologyspread/scoring.go. */
import type { NodeState } from '../cache/node-state.ts';
import type { Scorer } from './plugin.ts';
import { HOSTNAME, type ReadyConstraint } from './spread-constraints.ts';

/** Of a node that lacks a label: it gets no points. */
const IGNORED = -1;

/** Many small domains differ less than few large ones: that evens their constraints out. */
const weightOf = (domains: number): number => Math.log(domains + 2);

function domainsAmong(nodes: readonly NodeState[], topologyKey: string): number {
  if (topologyKey === HOSTNAME) {
    return nodes.length;
  }
  const values = new Set<string>();
  for (const { info } of nodes) {
    const value = info?.labels[topologyKey];
    if (value !== undefined) {
      values.add(value);
    }
  }
  return values.size;
}

/** `keys`: labels without which a node gets no points. */
export function spreadScorer(constraints: readonly ReadyConstraint[], keys: readonly string[]): Scorer {
  const isIgnored = ({ info }: NodeState): boolean => keys.some((key) => info?.labels[key] === undefined);
  let weights: number[] = [];
  return {
    ofNodeAlone: false,
    prepare: (nodes) => {
      const taking = keys.length === 0 ? nodes : nodes.filter((node) => !isIgnored(node));
      weights = constraints.map(({ topologyKey }) => weightOf(domainsAmong(taking, topologyKey)));
      return true;
    },
    points: (node) => {
      if (isIgnored(node)) {
        return IGNORED;
      }
      let points = 0;
      for (const [index, { topologyKey, tally, sums, maxSkew }] of constraints.entries()) {
        const value = node.info?.labels[topologyKey];
        if (value !== undefined) {
          const count = topologyKey === HOSTNAME ? tally.on(node) : sums.of(value);
          points += count * (weights[index] ?? 1) + maxSkew - 1;
        }
      }
      return Math.round(points);
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
  for (const [index, value] of points.entries()) {
    points[index] =
      value === IGNORED ? 0 : highest === 0 ? 100 : Math.floor((100 * (highest + lowest - value)) / highest);
  }
}
