/** A demand with its plugins made ready, for all pods that ask for the same. */
import type { NodeState } from '../cache/node-state.ts';
import { type Filter, firstRefusal, type JointScorer, type ReadyPlugin, type Refusal } from '../plugins/plugin.ts';
import type { Profile } from '../profiles/profile.ts';
import type { World } from '../world/world.ts';
import type { Demand } from './demand.ts';
import { NodeOpinions } from './node-opinions.ts';
import { addNormalized, type Weighted } from './weighted.ts';

/** Of all nodes at once. */
export interface Rejection {
  readonly plugin: string;
  readonly message: string;
}

export class ReadyDemand {
  readonly demand: Demand;
  readonly onlyNodes: ReadonlySet<string> | undefined;
  readonly opinions: NodeOpinions;
  readonly #plugins: readonly ReadyPlugin[];
  readonly #refusing: readonly { readonly name: string; readonly refuse: () => string | undefined }[];
  readonly #filtering: readonly ReadyPlugin[];
  readonly #filters: readonly Filter[];
  readonly #joint: readonly Weighted<JointScorer>[];

  /** `opinions`: those of a demand with the same `nodeKey`. */
  constructor(
    demand: Demand,
    { plugins, args }: Pick<Profile, 'plugins' | 'args'>,
    world: World,
    opinions?: NodeOpinions,
  ) {
    const ready = plugins.flatMap(({ plugin, filters, weight }) => {
      const made = filters || weight !== undefined ? plugin.ready(demand, world, args) : undefined;
      return made === undefined ? [] : [{ name: plugin.name, filters, weight, made }];
    });
    const filtering = ready.filter(({ filters }) => filters);
    this.#refusing = filtering.flatMap(({ name, made: { refuse } }) =>
      refuse === undefined ? [] : [{ name, refuse }],
    );
    this.demand = demand;
    this.#plugins = ready.map(({ made }) => made);
    this.onlyNodes = filtering.find(({ made }) => made.onlyNodes !== undefined)?.made.onlyNodes;
    this.#filtering = filtering.map(({ made }) => made);
    this.#filters = filtering.flatMap(({ made }) => made.filter ?? []);
    this.#joint = ready.flatMap(({ weight, made: { score: scorer } }) =>
      scorer?.ofNodeAlone === false && weight !== undefined ? [{ weight, scorer }] : [],
    );
    this.opinions =
      opinions ??
      new NodeOpinions(
        filtering.flatMap(({ made }) => made.filterAlone ?? []),
        ready.flatMap(({ weight, made: { score: scorer } }) =>
          scorer?.ofNodeAlone === true && weight !== undefined ? [{ weight, scorer }] : [],
        ),
        world.cache.generations,
      );
  }

  get isStale(): boolean {
    return this.#plugins.some(({ isStale }) => isStale?.() === true);
  }

  release(): void {
    for (const plugin of this.#plugins) {
      plugin.release?.();
    }
  }

  /** Why no node can do, whichever there are. */
  refuse(): Rejection | undefined {
    for (const { name, refuse } of this.#refusing) {
      const message = refuse();
      if (message !== undefined) {
        return { plugin: name, message };
      }
    }
    return undefined;
  }

  /** Whether it matters, as things are, what is on other nodes. */
  get looksAtOthers(): boolean {
    return this.#filtering.some(({ filter, isFiltering }) => filter !== undefined && isFiltering?.() !== false);
  }

  /** True: the node of that slot can take such a pod, unless it is for others. Known without a look at it. */
  isKnownToFit(slot: number): boolean {
    return this.opinions.isKnownToFit(slot);
  }

  /** undefined: the node can take such a pod. */
  refusal(node: NodeState): Refusal | undefined {
    return this.opinions.refusal(node) ?? firstRefusal(this.#filters, node);
  }

  /** Total points of nodes that can, in their order. `slots`: theirs. */
  points(nodes: readonly NodeState[], slots: readonly number[]): number[] {
    const totals = this.opinions.points(nodes, slots);
    for (const { weight, scorer } of this.#joint) {
      const points = scorer.points(nodes, slots);
      if (points !== undefined) {
        addNormalized(totals, points, weight, scorer);
      }
    }
    return totals;
  }
}
