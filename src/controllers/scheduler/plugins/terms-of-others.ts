/** What running pods' affinity terms make of a node for a pod that they mean: it works both ways. */

import type { PluginArgs } from '../../../values/scheduler-profile.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import type { NodeState } from '../cache/node-state.ts';
import type { TopologySums } from '../cache/topology-sums.ts';
import type { World } from '../world/world.ts';
import type { Refusal } from './plugin.ts';

type Args = NonNullable<PluginArgs['InterPodAffinity']>;

const sum = (all: readonly TopologySums[], { info }: NodeState): number => {
  let total = 0;
  for (const sums of all) {
    total += sums.of(info?.labels[sums.topologyKey]);
  }
  return total;
};

export class TermsOfOthers {
  readonly #args: Args;
  readonly #pod: PodInfo;
  readonly #world: World;
  readonly #refused: Refusal;
  #termsVersion = -1;
  #namespacesVersion = -1;
  #isHeard = true;
  #apart: TopologySums[] = [];
  #near: TopologySums[] = [];
  #preferred: TopologySums[] = [];

  constructor(plugin: string, pod: PodInfo, world: World, args: Args) {
    this.#args = args;
    this.#pod = pod;
    this.#world = world;
    this.#refused = {
      plugin,
      reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
      preemptible: true,
    };
  }

  /** Before points are asked for. `hasOwn`: the pod has preferences itself. False: nobody has anything to say. */
  look(hasOwn: boolean): boolean {
    this.#refresh();
    this.#isHeard = hasOwn || this.#args.ignorePreferredTermsOfExistingPods !== true;
    return this.#isHeard && this.#near.length + this.#preferred.length > 0;
  }

  isFiltering(): boolean {
    this.#refresh();
    return this.#apart.length > 0;
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
    if (!this.#isHeard) {
      return 0;
    }
    return sum(this.#preferred, node) + (this.#args.hardPodAffinityWeight ?? 1) * sum(this.#near, node);
  }

  /** Terms come and go with workloads, not with pods: seldom. */
  #refresh(): void {
    const { terms, namespaces } = this.#world;
    if (terms.version !== this.#termsVersion || namespaces.version !== this.#namespacesVersion) {
      this.#termsVersion = terms.version;
      this.#namespacesVersion = namespaces.version;
      const meant = (kind: Parameters<typeof terms.sums>[0]) => [
        ...terms.sums(kind, (term) => term.matches(this.#pod, namespaces.of)),
      ];
      this.#apart = meant('apart');
      this.#near = meant('near');
      this.#preferred = meant('preferred');
    }
  }
}
