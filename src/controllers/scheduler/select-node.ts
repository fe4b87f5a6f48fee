/**
 * Chooses a node for one pod. Looks at nodes in turn until enough can take it; the next pod goes on from there. The
 * pod's name and the seed decide between equals. Source: scheduler/schedule_one.go.
 */
import { hashString, seededRandom } from '../../timing/random.ts';
import type { PodInfo } from '../views/pod-info.ts';
import type { NodeState } from './cache/node-state.ts';
import type { ReadyDemand } from './demand/ready-demand.ts';
import type { Diagnosis } from './diagnosis.ts';
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

const ELSEWHERE: Refusal = {
  plugin: 'NodeAffinity',
  reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  preemptible: false,
};

export class NodeSelector {
  readonly #world: Pick<World, 'cache'>;
  readonly #seed: number;
  readonly #percentage: number;
  #next = 0;

  constructor(world: Pick<World, 'cache'>, seed: number, percentage = 0) {
    this.#world = world;
    this.#seed = seed;
    this.#percentage = percentage;
  }

  select(pod: PodInfo, demand: ReadyDemand): Selection {
    const all = this.#world.cache.nodes();
    const message = all.length === 0 ? undefined : demand.refuse();
    if (message !== undefined) {
      return { diagnosis: { nodes: all.length, message, refused: new Map() } };
    }
    const { onlyNodes } = demand;
    const isOne = onlyNodes !== undefined;
    const nodes = isOne ? all.filter(({ name }) => onlyNodes.has(name)) : all;
    const { feasible, refused } = this.#look(
      nodes,
      demand,
      isOne ? nodes.length : enoughNodes(all.length, this.#percentage),
    );
    if (feasible.length === 0) {
      return { diagnosis: { nodes: all.length, refused, ...(isOne ? { others: ELSEWHERE } : {}) } };
    }
    return { node: feasible.length === 1 ? (feasible[0] as NodeState) : this.#best(pod, demand, feasible) };
  }

  #look(nodes: readonly NodeState[], demand: ReadyDemand, enough: number) {
    const feasible: NodeState[] = [];
    const refused = new Map<NodeState, Refusal>();
    let looked = 0;
    for (; looked < nodes.length && feasible.length < enough; looked += 1) {
      const node = nodes[(this.#next + looked) % nodes.length] as NodeState;
      const refusal = demand.refusal(node);
      if (refusal === undefined) {
        feasible.push(node);
      } else if (feasible.length === 0) {
        refused.set(node, refusal);
      }
    }
    this.#next = nodes.length === 0 ? 0 : (this.#next + looked) % nodes.length;
    return { feasible, refused };
  }

  /** Among equals each is as likely: the n-th replaces with probability 1/n. */
  #best({ namespace, name }: PodInfo, demand: ReadyDemand, feasible: readonly NodeState[]): NodeState {
    const random = seededRandom(this.#seed ^ hashString(`${namespace}/${name}`));
    const points = demand.points(feasible);
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
