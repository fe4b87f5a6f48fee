/** Spreads pods over zones, nodes and whatever else a label tells apart. Source: plugins/podtopologyspread. */
import type { Plugin, Refusal } from './plugin.ts';
import { defaultConstraints, ownConstraints, type ReadyConstraint, readyConstraint } from './spread-constraints.ts';
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
  ready: (demand, world) => {
    const { spec, pod } = demand;
    const keysOf = (all: readonly { topologyKey: string }[]) => all.map(({ topologyKey }) => topologyKey).sort();
    const required = ownConstraints(spec, 'DoNotSchedule');
    const hard = required.map((each) => readyConstraint(each, demand, keysOf(required), true, world));
    const hasOwn = (spec.topologySpreadConstraints ?? []).length > 0;
    const preferred = hasOwn
      ? ownConstraints(spec, 'ScheduleAnyway')
      : defaultConstraints(world.workloads.selectorsOf(pod));
    // By default a node without zones takes part too.
    const keys = hasOwn ? keysOf(preferred) : [];
    const soft = preferred.map((each) => readyConstraint(each, demand, keys, false, world));
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
      ...(soft.length === 0 ? {} : { score: spreadScorer(soft, keys) }),
      isStale: () => !hasOwn && version !== world.workloads.version(pod.namespace),
      release: () => {
        for (const { tally } of [...hard, ...soft]) {
          tally.release();
        }
      },
    };
  },
};
