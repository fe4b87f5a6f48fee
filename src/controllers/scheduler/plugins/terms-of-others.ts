/** What running pods' affinity terms make of a node for a pod that they mean: it works both ways. */

import type { PodInfo } from '../../views/pod-info.ts';
import type { NodeState } from '../cache/node-state.ts';
import type { TopologySums } from '../cache/topology-sums.ts';
import type { World } from '../world/world.ts';
import type { Refusal } from './plugin.ts';

/** Points of a running pod that requires such pods near. Source: --hard-pod-affinity-symmetric-weight. */
const REQUIRED_WEIGHT = 1;

const sum = (all: readonly TopologySums[], { info }: NodeState): number => {
  let total = 0;
  for (const sums of all) {
    total += sums.of(info?.labels[sums.topologyKey]);
  }
  return total;
};

export class TermsOfOthers {
  readonly #pod: PodInfo;
  readonly #world: World;
  readonly #refused: Refusal;
  #versions = '';
  #apart: TopologySums[] = [];
  #near: TopologySums[] = [];
  #preferred: TopologySums[] = [];

  constructor(plugin: string, pod: PodInfo, world: World) {
    this.#pod = pod;
    this.#world = world;
    this.#refused = {
      plugin,
      reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
      preemptible: true,
    };
  }

  /** Before points are asked for. False: nobody has anything to say. */
  look(): boolean {
    this.#refresh();
    return this.#near.length + this.#preferred.length > 0;
  }

  filter(node: NodeState): Refusal | undefined {
    this.#refresh();
    for (const sums of this.#apart) {
      if (sums.of(node.info?.labels[sums.topologyKey]) > 0) {
        return this.#refused;
      }
    }
    return undefined;
  }

  points(node: NodeState): number {
    return sum(this.#preferred, node) + REQUIRED_WEIGHT * sum(this.#near, node);
  }

  /** Terms come and go with workloads, not with pods: seldom. */
  #refresh(): void {
    const { terms, namespaces } = this.#world;
    const versions = `${terms.version} ${namespaces.version}`;
    if (versions !== this.#versions) {
      this.#versions = versions;
      const meant = (kind: Parameters<typeof terms.sums>[0]) => [
        ...terms.sums(kind, (term) => term.matches(this.#pod, namespaces.of)),
      ];
      this.#apart = meant('apart');
      this.#near = meant('near');
      this.#preferred = meant('preferred');
    }
  }
}
