/** Chooses a node for one pod. Looks round-robin at as many nodes as it needs for enough feasible ones, not at all. */
import type { Random } from '../../timing/random.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { failureMessage } from './failure-message.ts';
import { type Refusal, refusal } from './filters.ts';
import type { NodeCache, NodeState } from './node-cache.ts';
import { score } from './score.ts';

/** Source: minFeasibleNodesToFind. At 1,000 nodes scoring more costs twice the time and changes little. */
const ENOUGH = 100;

export type Selection = { readonly nodeName: string } | { readonly message: string };

export class NodeSelector {
  readonly #cache: NodeCache;
  readonly #random: Random;
  #next = 0;

  constructor(cache: NodeCache, random: Random) {
    this.#cache = cache;
    this.#random = random;
  }

  /** A pod that fits nowhere has been checked against every node. */
  select(pod: PodInfo): Selection {
    const nodes = this.#cache.nodes();
    const refusals: Refusal[] = [];
    let best: NodeState | undefined;
    let bestScore = -1;
    let ties = 0;
    let feasible = 0;
    let looked = 0;
    for (; looked < nodes.length && feasible < ENOUGH; looked += 1) {
      const state = nodes[(this.#next + looked) % nodes.length];
      const refused = state === undefined ? undefined : refusal(pod, state);
      if (state === undefined || refused !== undefined) {
        refusals.push(...(refused === undefined ? [] : [refused]));
        continue;
      }
      feasible += 1;
      const points = score(pod, state);
      // Among equals each is as likely: the n-th replaces with probability 1/n.
      ties = points === bestScore ? ties + 1 : 1;
      if (points > bestScore || (points === bestScore && this.#random.next() * ties < 1)) {
        best = state;
        bestScore = points;
      }
    }
    this.#next = nodes.length === 0 ? 0 : (this.#next + looked) % nodes.length;
    const nodeName = best?.info?.name;
    return nodeName === undefined ? { message: failureMessage(refusals) } : { nodeName };
  }
}
