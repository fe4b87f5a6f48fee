/** Whether a pod that fits nowhere may take the place of less important ones, and whose. Source: framework/preemption. */
import { hashString } from '../../../timing/random.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { bump } from '../cache/counts.ts';
import { isThere, type NodeState } from '../cache/node-state.ts';
import type { ReadyDemand } from '../demand/ready-demand.ts';
import { type Diagnosis, summary } from '../diagnosis.ts';
import type { Nominations } from '../nominations.ts';
import type { NodeSelector } from '../select-node.ts';
import type { World } from '../world/world.ts';
import { type Candidate, pickCandidate } from './pick-candidate.ts';
import { NO_VICTIMS, selectVictims } from './select-victims.ts';

/** Candidates that are enough to pick from: a tenth of the nodes, at least so many. */
const MIN_CANDIDATES = 100;
const HELPLESS = 'Preemption is not helpful for scheduling';

export type Preemption =
  | { readonly candidate: Candidate }
  /** `keepsPromise`: a node that the pod was promised stays so. */
  | { readonly message: string; readonly keepsPromise: boolean };

export class Preemptor {
  readonly #world: World;
  readonly #nominations: Nominations;
  readonly #selector: NodeSelector;
  readonly #seed: number;

  constructor(world: World, nominations: Nominations, selector: NodeSelector, seed: number) {
    this.#world = world;
    this.#nominations = nominations;
    this.#selector = selector;
    this.#seed = seed;
  }

  preempt(pod: PodInfo, demand: ReadyDemand, diagnosis: Diagnosis): Preemption {
    const obstacle = this.#obstacle(pod, diagnosis);
    if (obstacle !== undefined) {
      return { message: obstacle, keepsPromise: true };
    }
    const { candidates, reasons } = this.#search(pod, demand, diagnosis);
    const candidate = pickCandidate(candidates);
    return candidate === undefined
      ? { message: summary(diagnosis.nodes, reasons), keepsPromise: false }
      : { candidate };
  }

  /** Why the pod may not pre-empt at all, or not again. */
  #obstacle(pod: PodInfo, { refused }: Diagnosis): string | undefined {
    if (pod.scheduling?.preemptionPolicy === 'Never') {
      return 'not eligible due to preemptionPolicy=Never.';
    }
    const promised = this.#world.cache.node(this.#nominations.nodeOf(pod.uid) ?? '');
    if (promised === undefined || refused.get(promised)?.preemptible === false) {
      return undefined;
    }
    const isLeaving = ({ priority, isPreempted, deletionTime }: PodInfo): boolean =>
      priority < pod.priority && isPreempted && deletionTime !== undefined;
    return [...promised.pods].some(isLeaving)
      ? 'not eligible due to a terminating pod on the nominated node.'
      : undefined;
  }

  #search(
    pod: PodInfo,
    demand: ReadyDemand,
    { nodes, rejection, refused }: Diagnosis,
  ): { candidates: Candidate[]; reasons: ReadonlyMap<string, number> } {
    const reasons = new Map<string, number>();
    const hopeful = rejection !== undefined ? [] : [...refused].filter(([, { preemptible }]) => preemptible);
    bump(reasons, HELPLESS, nodes - hopeful.length);
    const enough = Math.max(MIN_CANDIDATES, Math.floor(hopeful.length / 10));
    const from = hashString(`${pod.namespace}/${pod.name}`) ^ this.#seed;
    const candidates: Candidate[] = [];
    for (let looked = 0; looked < hopeful.length; looked += 1) {
      const [node] = hopeful[((from >>> 0) + looked) % hopeful.length] as [NodeState, unknown];
      const found = this.#tryNode(node, pod, demand);
      if ('node' in found) {
        candidates.push(found);
        if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) {
          break;
        }
      } else {
        for (const reason of found.reasons) {
          bump(reasons, reason, 1);
        }
      }
    }
    return { candidates, reasons };
  }

  #tryNode(node: NodeState, pod: PodInfo, demand: ReadyDemand): Candidate | { readonly reasons: readonly string[] } {
    const hasLower = isThere(node) && [...node.priorities.keys()].some((priority) => priority < pod.priority);
    return hasLower
      ? selectVictims(node, pod, this.#world, () => this.#selector.refusal(node, pod, demand))
      : { reasons: [NO_VICTIMS] };
  }
}
