/**
 * Chooses a node for one pod. Looks at nodes in turn until enough can take it; the next pod goes on from there. The
 * pod's name and the seed decide between equals. Source: scheduler/schedule_one.go.
 */
import { hashString, seededRandom } from '../../timing/random.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { isThere, type NodeState } from './cache/node-state.ts';
import type { ReadyDemand } from './demand/ready-demand.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Nominations } from './nominations.ts';
import type { Refusal } from './plugins/plugin.ts';
import type { World } from './world/world.ts';

const MIN_FEASIBLE = 100;
const MIN_PERCENTAGE = 5;

/** How many nodes that can are enough. `percentage` 0: from 50 % of a small fleet down to 5 % of a large one. */
export function enoughNodes(nodes: number, percentage: number): number {
  const share = percentage === 0 ? Math.max(MIN_PERCENTAGE, 50 - Math.floor(nodes / 125)) : percentage;
  return nodes < MIN_FEASIBLE || share >= 100 ? nodes : Math.max(MIN_FEASIBLE, Math.floor((nodes * share) / 100));
}

export type Selection = { readonly node: NodeState } | { readonly diagnosis: Diagnosis };

/** `refused` has all that were looked at when nobody can. */
interface Found {
  readonly feasible: readonly NodeState[];
  /** Of the feasible ones. */
  readonly slots: readonly number[];
  readonly refused: ReadonlyMap<NodeState, Refusal>;
}

const ELSEWHERE: Refusal = {
  plugin: 'NodeAffinity',
  reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  preemptible: false,
};

export class NodeSelector {
  readonly #world: Pick<World, 'cache'>;
  readonly #nominations: Nominations;
  readonly #seed: number;
  readonly #percentage: number;
  #next = 0;

  constructor(world: Pick<World, 'cache'>, nominations: Nominations, seed: number, percentage: number) {
    this.#world = world;
    this.#nominations = nominations;
    this.#seed = seed;
    this.#percentage = percentage;
  }

  select(pod: PodInfo, demand: ReadyDemand): Selection {
    const all = this.#world.cache.nodes();
    const rejection = all.length === 0 ? undefined : demand.refuse();
    if (rejection !== undefined) {
      return { diagnosis: { nodes: all.length, rejection, refused: new Map() } };
    }
    const promised = this.#promised(pod, demand);
    if (promised !== undefined) {
      return { node: promised };
    }
    const { onlyNodes } = demand;
    const { feasible, slots, refused } =
      onlyNodes === undefined ? this.#lookAround(pod, demand) : this.#lookAt(onlyNodes, pod, demand);
    if (feasible.length === 0) {
      return { diagnosis: { nodes: all.length, refused, ...(onlyNodes === undefined ? {} : { others: ELSEWHERE }) } };
    }
    return {
      node:
        feasible.length === 1 ? (feasible[0] as NodeState) : this.#best(pod, feasible, demand.points(feasible, slots)),
    };
  }

  /** Also without those who were promised the node: the pod may want to be where they are not yet. */
  refusal(node: NodeState, pod: PodInfo, demand: ReadyDemand): Refusal | undefined {
    if (this.#nominations.isEmpty) {
      return demand.refusal(node);
    }
    // One that has just got its node is counted there already.
    const others = this.#nominations.before(pod, node.name).filter((each) => !this.#world.cache.isAssumed(each));
    const refused =
      others.length === 0
        ? undefined
        : this.#world.cache.trial(node, ({ add }) => {
            others.forEach(add);
            return demand.refusal(node);
          });
    return refused ?? demand.refusal(node);
  }

  /** The node that the pod itself was promised, if it can take it. */
  #promised(pod: PodInfo, demand: ReadyDemand): NodeState | undefined {
    const name = this.#nominations.nodeOf(pod.uid);
    const node = name === undefined ? undefined : this.#world.cache.node(name);
    const isAllowed = node !== undefined && isThere(node) && (demand.onlyNodes?.has(node.name) ?? true);
    return isAllowed && this.refusal(node, pod, demand) === undefined ? node : undefined;
  }

  #lookAt(names: ReadonlySet<string>, pod: PodInfo, demand: ReadyDemand): Found {
    const feasible: NodeState[] = [];
    const refused = new Map<NodeState, Refusal>();
    for (const name of names) {
      const node = this.#world.cache.node(name);
      const refusal = node === undefined || !isThere(node) ? undefined : this.refusal(node, pod, demand);
      if (node !== undefined && refusal !== undefined) {
        refused.set(node, refusal);
      } else if (node !== undefined && isThere(node)) {
        feasible.push(node);
      }
    }
    return { feasible, slots: feasible.map(({ slot }) => slot), refused };
  }

  #lookAround(pod: PodInfo, demand: ReadyDemand): Found {
    const { cache } = this.#world;
    const [nodes, slots] = [cache.nodes(), cache.slots()];
    const enough = enoughNodes(nodes.length, this.#percentage);
    const isAlone = this.#nominations.isEmpty && !demand.looksAtOthers;
    const feasible: NodeState[] = [];
    const theirSlots: number[] = [];
    const refused = new Map<NodeState, Refusal>();
    let looked = 0;
    for (; looked < nodes.length && feasible.length < enough; looked += 1) {
      const at = (this.#next + looked) % nodes.length;
      const [node, slot] = [nodes[at] as NodeState, slots[at] as number];
      const refusal = isAlone && demand.isKnownToFit(slot) ? undefined : this.refusal(node, pod, demand);
      if (refusal === undefined) {
        feasible.push(node);
        theirSlots.push(slot);
      } else if (feasible.length === 0) {
        refused.set(node, refusal);
      }
    }
    this.#next = nodes.length === 0 ? 0 : (this.#next + looked) % nodes.length;
    return { feasible, slots: theirSlots, refused };
  }

  /** Among equals each is as likely: the n-th replaces with probability 1/n. */
  #best({ namespace, name }: PodInfo, feasible: readonly NodeState[], points: readonly number[]): NodeState {
    const random = seededRandom(this.#seed ^ hashString(`${namespace}/${name}`));
    let best = 0;
    let ties = 1;
    for (let index = 1; index < feasible.length; index += 1) {
      const [value = 0, highest = 0] = [points[index], points[best]];
      ties = value > highest ? 1 : value === highest ? ties + 1 : ties;
      if (value > highest || (value === highest && random.next() * ties < 1)) {
        best = index;
      }
    }
    return feasible[best] as NodeState;
  }
}
