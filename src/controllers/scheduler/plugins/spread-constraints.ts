/** Topology spread constraints made ready. Source: plugins/podtopologyspread/common.go. */
import { createHash } from 'node:crypto';
import { canonical } from '../../../values/canonical-json.ts';
import { type LabelSelector, selectorTest } from '../../../values/label-selector.ts';
import { ZONE_LABEL } from '../../../values/node-labels.ts';
import type { PluginArgs } from '../../../values/scheduler-profile.ts';
import type { PodSpec, TopologySpreadConstraint } from '../../kinds/pod.ts';
import { requiredAffinity } from '../../node-selector.ts';
import { isTolerated } from '../../tolerations.ts';
import type { NodeInfo } from '../../views/node-info.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { isThere, type NodeState } from '../cache/node-state.ts';
import type { PodTally, TallyOptions } from '../cache/pod-tallies.ts';
import type { TopologySums } from '../cache/topology-sums.ts';
import type { World } from '../world/world.ts';

export const HOSTNAME = 'kubernetes.io/hostname';

export interface Constraint extends Pick<TopologySpreadConstraint, 'topologyKey' | 'maxSkew' | 'minDomains'> {
  /** All must select a pod for it to count. */
  readonly selectors: readonly LabelSelector[];
  readonly affinityPolicy: 'Honor' | 'Ignore';
  readonly taintsPolicy: 'Honor' | 'Ignore';
}
export interface ReadyConstraint extends Constraint {
  readonly tally: PodTally;
  readonly sums: TopologySums;
  /** 1 if the constraint counts the pod itself. */
  readonly self: 0 | 1;
}

/** A pod that says nothing is spread a little all the same. Source: podtopologyspread, systemDefaultConstraints. */
const DEFAULTS = [
  { topologyKey: HOSTNAME, maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: ZONE_LABEL, maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
];
export type SpreadArgs = NonNullable<PluginArgs['PodTopologySpread']>;

export const ownConstraints = (spec: PodSpec, action: string): Constraint[] =>
  (spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map(({ labelSelector, topologyKey, maxSkew, minDomains, nodeAffinityPolicy, nodeTaintsPolicy }) => ({
      ...{ topologyKey, maxSkew },
      ...(minDomains === undefined ? {} : { minDomains }),
      selectors: labelSelector === undefined ? [] : [labelSelector],
      affinityPolicy: nodeAffinityPolicy === 'Ignore' ? 'Ignore' : 'Honor',
      taintsPolicy: nodeTaintsPolicy === 'Honor' ? 'Honor' : 'Ignore',
    }));

/** `args`: of the profile. */
export const defaultConstraints = (
  selectors: readonly LabelSelector[],
  action: string,
  args: SpreadArgs,
): Constraint[] =>
  (selectors.length === 0 ? [] : args.defaultingType === 'List' ? (args.defaultConstraints ?? []) : DEFAULTS)
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map(({ topologyKey, maxSkew }) => ({
      ...{ topologyKey, maxSkew, selectors },
      ...{ affinityPolicy: 'Honor', taintsPolicy: 'Ignore' },
    }));

/** What the constraints of a pod share: worked out for each, it made 12,000 of them hold the thread for two minutes. */
interface Shared {
  /** Labels without which a node does not count. */
  readonly keys: readonly string[];
  /** Domains without any such pod matter. */
  readonly withEmpty: boolean;
  /** Stands for which nodes count. */
  readonly keyOf: (constraint: Constraint) => string;
  /** Of pods of the same namespace: those that count. */
  readonly meantBy: (selectors: readonly LabelSelector[]) => Meant;
  readonly isMeant: (node: NodeInfo) => boolean;
}

interface Meant extends TallyOptions {
  /** 1 if the pod itself is among them. */
  readonly self: 0 | 1;
}

type OfPod = Readonly<Record<'pod', PodInfo> & Record<'spec', PodSpec>>;

function meantBy(selectors: readonly LabelSelector[], key: string, pod: PodInfo): Meant {
  const tests = selectors.map((selector) => selectorTest(selector));
  // A constraint without a selector counts nothing.
  const selects = ({ labels }: Pick<PodInfo, 'labels'>): boolean =>
    tests.length > 0 && tests.every((test) => test(labels));
  return {
    ...{ key: `spread ${pod.namespace} ${key}`, namespaces: new Set([pod.namespace]) },
    matches: (other) => other.deletionTime === undefined && selects(other),
    self: selects(pod) ? 1 : 0,
  };
}

function sharedBy({ pod, spec }: OfPod, keys: readonly string[], withEmpty: boolean): Shared {
  const { nodeSelector, affinity } = spec;
  const known = new Map<string, string>();
  const meant = new Map<string, Meant>();
  const digest = ({ affinityPolicy, taintsPolicy }: Constraint): string =>
    createHash('sha256')
      .update(
        canonical([
          ...[keys, withEmpty, affinityPolicy, taintsPolicy],
          ...(affinityPolicy === 'Honor' ? [nodeSelector, affinity?.nodeAffinity] : []),
          ...(taintsPolicy === 'Honor' ? [pod.tolerations] : []),
        ]),
      )
      .digest('hex');
  return {
    ...{ keys, withEmpty, isMeant: requiredAffinity(spec) ?? (() => true) },
    keyOf(constraint) {
      const policies = `${constraint.affinityPolicy} ${constraint.taintsPolicy}`;
      const key = known.get(policies) ?? digest(constraint);
      known.set(policies, key);
      return `${key} ${constraint.topologyKey}`;
    },
    meantBy(selectors) {
      const key = canonical(selectors);
      const found = meant.get(key) ?? meantBy(selectors, key, pod);
      meant.set(key, found);
      return found;
    },
  };
}

/** Whether pods on the node count, and whether it makes a domain. */
function counts({ affinityPolicy, taintsPolicy }: Constraint, pod: PodInfo, { keys, isMeant }: Shared) {
  const isTaken = ({ taints }: NodeInfo): boolean =>
    taints.some((taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(taint, pod.tolerations));
  return (node: NodeState): boolean => {
    const { info } = node;
    return (
      info !== undefined &&
      isThere(node) &&
      keys.every((key) => Object.hasOwn(info.labels, key)) &&
      (affinityPolicy !== 'Honor' || isMeant(info)) &&
      !(taintsPolicy === 'Honor' && isTaken(info))
    );
  };
}

function readyConstraint(constraint: Constraint, pod: PodInfo, shared: Shared, { tallies }: World): ReadyConstraint {
  const { selectors, topologyKey } = constraint;
  const meant = shared.meantBy(selectors);
  const tally = tallies.take(meant);
  const sums = tally.sums(shared.keyOf(constraint), {
    ...{ topologyKey, withEmpty: shared.withEmpty, counts: counts(constraint, pod, shared) },
  });
  return { ...constraint, tally, sums, self: meant.self };
}

/** `keys`: labels without which a node does not count. `withEmpty`: domains without any such pod matter. */
export function readyConstraints(
  constraints: readonly Constraint[],
  demand: OfPod,
  keys: readonly string[],
  withEmpty: boolean,
  world: World,
): ReadyConstraint[] {
  const shared = sharedBy(demand, keys, withEmpty);
  return constraints.map((constraint) => readyConstraint(constraint, demand.pod, shared, world));
}
