/** Spreads pods over zones, nodes and whatever else a label tells apart. Source: plugins/podtopologyspread. */
import { selectorTest } from '../../../values/label-selector.ts';
import { isSamePlace } from '../cache/same-place.ts';
import type { Demand } from '../demand/demand.ts';
import type { ClusterEvent } from '../queue/cluster-event.ts';
import type { Plugin, Refusal } from './plugin.ts';
import {
  type Constraint,
  defaultConstraints,
  ownConstraints,
  type ReadyConstraint,
  readyConstraints,
} from './spread-constraints.ts';
import { spreadScorer } from './spread-score.ts';

const name = 'PodTopologySpread';
const SKEWED: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match pod topology spread constraints"],
  preemptible: true,
};
const UNLABELLED: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  preemptible: false,
};

function check(
  { sums, self, maxSkew, minDomains = 1 }: ReadyConstraint,
  value: string | undefined,
): Refusal | undefined {
  if (value === undefined) {
    return UNLABELLED;
  }
  const lowest = sums.domains < minDomains ? 0 : sums.lowest;
  return sums.of(value) + self - lowest > maxSkew ? SKEWED : undefined;
}

export const topologySpread: Plugin = {
  name,
  weight: 2,
  ready: (demand, world, { PodTopologySpread: args = {} }) => {
    const { spec, pod } = demand;
    const hasOwn = (spec.topologySpreadConstraints ?? []).length > 0;
    const selectors = hasOwn ? [] : world.workloads.selectorsOf(pod);
    const constraints = (action: string): Constraint[] =>
      hasOwn ? ownConstraints(spec, action) : defaultConstraints(selectors, action, args);
    const keysOf = (all: readonly { topologyKey: string }[]) => all.map(({ topologyKey }) => topologyKey).sort();
    const required = constraints('DoNotSchedule');
    const hard = readyConstraints(required, demand, keysOf(required), true, world);
    const preferred = constraints('ScheduleAnyway');
    // With the defaults of the system a node without zones takes part too.
    const keys = hasOwn || args.defaultingType === 'List' ? keysOf(preferred) : [];
    // Not before nodes are compared: a pod of a DaemonSet has one that can take it, and sums of its own for all nodes.
    let soft: readonly ReadyConstraint[] | undefined;
    const readySoft = () => {
      soft ??= readyConstraints(preferred, demand, keys, false, world);
      return soft;
    };
    const version = world.workloads.version(pod.namespace);
    return {
      ...(hard.length === 0
        ? {}
        : {
            filter: ({ info }) => {
              for (const constraint of hard) {
                const refused = check(constraint, info?.labels[constraint.topologyKey]);
                if (refused !== undefined) {
                  return refused;
                }
              }
              return undefined;
            },
          }),
      ...(preferred.length === 0 ? {} : { score: spreadScorer(readySoft, keys, world.labels) }),
      isStale: () => !hasOwn && version !== world.workloads.version(pod.namespace),
      release: () => {
        for (const { tally } of [...hard, ...(soft ?? [])]) {
          tally.release();
        }
      },
    };
  },
  helps: (event, demand) => changesSkew(event, demand),
};

/** Another pod of those that are counted came or went, or a domain did. */
function changesSkew(event: ClusterEvent, { spec, pod }: Demand): boolean {
  const required = ownConstraints(spec, 'DoNotSchedule');
  // Constraints of the profile count pods that other objects tell apart: any change may matter.
  if (required.length === 0) {
    return true;
  }
  if (event.kind === 'pod' || event.kind === 'pod-gone') {
    const tests = required.flatMap(({ selectors }) => selectors.map((selector) => selectorTest(selector)));
    const isCounted = ({ labels }: { labels: typeof pod.labels }): boolean => tests.some((test) => test(labels));
    const before = event.kind === 'pod' ? event.before : undefined;
    return (
      event.pod.namespace === pod.namespace && (isCounted(event.pod) || (before !== undefined && isCounted(before)))
    );
  }
  if (event.kind !== 'node' && event.kind !== 'node-gone') {
    return false;
  }
  const before = event.kind === 'node' ? event.before : undefined;
  const isDomain = ({ labels }: { labels: typeof pod.labels }): boolean =>
    required.every(({ topologyKey }) => Object.hasOwn(labels, topologyKey));
  return (
    !(event.kind === 'node' && isSamePlace(event.node, before)) &&
    (isDomain(event.node) || (before !== undefined && isDomain(before)))
  );
}
