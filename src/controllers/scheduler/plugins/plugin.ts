/**
 * plugins/: the rules by which pods get nodes, one file each, named and worded as kube-scheduler's. A plugin is made
 * ready once for all pods that ask for the same (a demand) and answers then for each node; what a demand does not ask
 * for is not computed. Pure but for the world, which it only reads. Source: kubernetes' pkg/scheduler/framework/plugins.
 * May import values, what controllers share, and of the scheduler `cache/`, `demand/`, `queue/` and `world/`; never what binds
 * or preempts.
 */
import type { PluginArgs } from '../../../values/scheduler-profile.ts';
import type { NodeInfo } from '../../views/node-info.ts';
import type { NodeState } from '../cache/node-state.ts';
import type { Demand } from '../demand/demand.ts';
import type { ClusterEvent } from '../queue/cluster-event.ts';
import type { World } from '../world/world.ts';

export interface Refusal {
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** False: no eviction would help. */
  readonly preemptible: boolean;
}
/** undefined: nothing against it. `node.info` is there. */
export type Filter = (node: NodeState) => Refusal | undefined;

export function firstRefusal(filters: readonly Filter[], node: NodeState): Refusal | undefined {
  for (const filter of filters) {
    const refusal = filter(node);
    if (refusal !== undefined) {
      return refusal;
    }
  }
  return undefined;
}

/** Brings the points of nodes into 0 to 100, in place. Absent: they are. */
type Normalize = (points: number[]) => void;

/** Its answer depends on nothing but `Demand.nodeKey`, the node and the pods on it, so it is kept until these change. */
export interface NodeScorer {
  readonly ofNodeAlone: true;
  readonly points: (node: NodeState) => number;
  readonly normalize?: Normalize;
}
export interface JointScorer {
  readonly ofNodeAlone: false;
  /** Of all nodes that passed, in their order. `slots`: theirs. undefined: no points for any of them. */
  readonly points: (nodes: readonly NodeState[], slots: readonly number[]) => number[] | undefined;
  readonly normalize?: Normalize;
}
export type Scorer = NodeScorer | JointScorer;

export interface ReadyPlugin {
  /** Before any node is looked at: why none can do. */
  readonly refuse?: () => string | undefined;
  /** Names of the only nodes that can do. */
  readonly onlyNodes?: ReadonlySet<string>;
  /** Of what the pod asks of a node alone (`Demand.nodeKey`) and of the pods on it: kept until these change. */
  readonly filterAlone?: Filter;
  readonly filter?: Filter;
  /** False: `filter` has nothing against any node as things are. */
  readonly isFiltering?: () => boolean;
  readonly score?: Scorer;
  /** True: what it was made ready from has changed. */
  readonly isStale?: () => boolean;
  readonly release?: () => void;
}

export interface Plugin {
  readonly name: string;
  /** Of its points; 1 when absent. */
  readonly weight?: number;
  /** undefined: it has nothing to say about such pods. */
  readonly ready: (demand: Demand, world: World, args: PluginArgs) => ReadyPlugin | undefined;
  /** Whether a pod that it refused may fit after the event. Absent: it refuses nobody. */
  readonly helps?: (event: ClusterEvent, demand: Demand, world: World) => boolean;
}

/** Of a node that came or changed: whether it meets what it did not meet before. */
export const nowMeets = (event: ClusterEvent, meets: (node: NodeInfo) => boolean): boolean =>
  event.kind === 'node' && meets(event.node) && (event.before === undefined || !meets(event.before));

/** The highest becomes 100, the others in proportion; reversed: the lowest is best. Source: helper.DefaultNormalizeScore. */
export function byHighest(points: number[], isReversed = false): void {
  const highest = points.reduce((most, value) => Math.max(most, value), 0);
  if (highest === 0) {
    points.fill(isReversed ? 100 : 0);
    return;
  }
  for (const [index, value] of points.entries()) {
    const share = Math.floor((100 * value) / highest);
    points[index] = isReversed ? 100 - share : share;
  }
}
