/**
 * A demand with its plugins made ready, and what they said of each node alone: asked again only when the node has
 * changed. At 10,000 nodes a pod looks at hundreds of them, of which a binding has changed one.
 */
import type { NodeState } from '../cache/node-state.ts';
import type { Filter, ReadyPlugin, Refusal, Scorer } from '../plugins/plugin.ts';
import type { Profile } from '../profiles/profile.ts';
import type { World } from '../world/world.ts';
import type { Demand } from './demand.ts';

interface WeightedScorer {
  readonly weight: number;
  readonly scorer: Scorer;
}
/** Of all nodes at once. */
export interface Rejection {
  readonly plugin: string;
  readonly message: string;
}
/** What is known of a node, as of a generation of it. */
interface Opinion {
  readonly generation: number;
  readonly refusal: Refusal | undefined;
  /** The weighted sum of the points that need no normalizing. */
  readonly fixed: number;
  /** By scorer of the node alone that needs it. */
  readonly raw: readonly number[];
}

const NONE: readonly number[] = [];

function firstRefusal(filters: readonly Filter[], node: NodeState): Refusal | undefined {
  for (const filter of filters) {
    const refusal = filter(node);
    if (refusal !== undefined) {
      return refusal;
    }
  }
  return undefined;
}

export class ReadyDemand {
  readonly demand: Demand;
  readonly onlyNodes: ReadonlySet<string> | undefined;
  readonly #plugins: readonly ReadyPlugin[];
  readonly #refusing: readonly { readonly name: string; readonly refuse: () => string | undefined }[];
  readonly #filtersAlone: readonly Filter[];
  readonly #filters: readonly Filter[];
  readonly #fixed: readonly WeightedScorer[];
  readonly #raw: readonly WeightedScorer[];
  readonly #joint: readonly WeightedScorer[];
  readonly #opinions: (Opinion | undefined)[] = [];

  constructor(demand: Demand, { plugins, args }: Pick<Profile, 'plugins' | 'args'>, world: World) {
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
    this.#filtersAlone = filtering.flatMap(({ made }) => made.filterAlone ?? []);
    this.#filters = filtering.flatMap(({ made }) => made.filter ?? []);
    const scorers = ready.flatMap(({ weight, made: { score: scorer } }) =>
      scorer === undefined || weight === undefined ? [] : { weight, scorer },
    );
    this.#fixed = scorers.filter(({ scorer }) => scorer.ofNodeAlone && scorer.normalize === undefined);
    this.#raw = scorers.filter(({ scorer }) => scorer.ofNodeAlone && scorer.normalize !== undefined);
    this.#joint = scorers.filter(({ scorer }) => !scorer.ofNodeAlone);
  }

  get isStale(): boolean {
    return this.#plugins.some(({ isStale }) => isStale?.() === true);
  }

  release(): void {
    for (const plugin of this.#plugins) {
      plugin.release?.();
    }
  }

  /** Nodes that something is remembered of. */
  get remembered(): number {
    return this.#opinions.length;
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

  /** undefined: the node can take such a pod. */
  refusal(node: NodeState): Refusal | undefined {
    return this.#opinion(node).refusal ?? firstRefusal(this.#filters, node);
  }

  /** Total points of nodes that can, in their order. */
  points(nodes: readonly NodeState[]): number[] {
    const totals = nodes.map((node) => this.#opinion(node).fixed);
    for (const [index, { weight, scorer }] of this.#raw.entries()) {
      const raw = nodes.map((node) => this.#opinion(node).raw[index] ?? 0);
      addNormalized(totals, raw, weight, scorer);
    }
    for (const { weight, scorer } of this.#joint) {
      if (scorer.prepare?.(nodes) !== false) {
        addNormalized(totals, nodes.map(scorer.points), weight, scorer);
      }
    }
    return totals;
  }

  #opinion(node: NodeState): Opinion {
    const known = this.#opinions[node.slot];
    if (known?.generation === node.generation) {
      return known;
    }
    const refusal = firstRefusal(this.#filtersAlone, node);
    const isOut = refusal !== undefined;
    const opinion: Opinion = {
      generation: node.generation,
      refusal,
      fixed: isOut ? 0 : this.#fixed.reduce((sum, { weight, scorer }) => sum + weight * scorer.points(node), 0),
      raw: isOut || this.#raw.length === 0 ? NONE : this.#raw.map(({ scorer }) => scorer.points(node)),
    };
    // Whoever can run on a few nodes only is seldom alike to another: not worth remembering.
    if (this.onlyNodes === undefined) {
      this.#opinions[node.slot] = opinion;
    }
    return opinion;
  }
}

function addNormalized(totals: number[], points: number[], weight: number, { normalize }: Scorer): void {
  normalize?.(points);
  for (const [index, value] of points.entries()) {
    totals[index] = (totals[index] ?? 0) + weight * value;
  }
}
