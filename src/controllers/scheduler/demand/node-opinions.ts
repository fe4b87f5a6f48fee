/**
 * What plugins said of each node alone to pods that ask the same of it: asked again only when the node has changed. At
 * 10,000 nodes a pod looks at hundreds of them, of which a binding has changed one. Shared by demands that differ only
 * in what is asked about other pods: the pods of an Indexed Job or a StatefulSet have labels of their own each.
 */
import type { NodeState } from '../cache/node-state.ts';
import { type Filter, firstRefusal, type NodeScorer, type Refusal } from '../plugins/plugin.ts';
import { addNormalized, type Weighted } from './weighted.ts';

/** A scorer whose points are normalized among the nodes of a choice. */
interface RawScorer extends Weighted<NodeScorer> {
  /** By slot. */
  readonly points: number[];
}

export class NodeOpinions {
  readonly #filters: readonly Filter[];
  readonly #fixed: readonly Weighted<NodeScorer>[];
  readonly #raw: readonly RawScorer[];
  readonly #now: readonly number[];
  // By slot: in columns for the same reason as the generations of the cache.
  readonly #generations: number[] = [];
  readonly #refusals: (Refusal | undefined)[] = [];
  /** The weighted sum of the points that need no normalizing. */
  readonly #sums: number[] = [];
  #remembered = 0;

  /** `generations`: of the cache's nodes, by slot. */
  constructor(filters: readonly Filter[], scorers: readonly Weighted<NodeScorer>[], generations: readonly number[]) {
    this.#filters = filters;
    this.#now = generations;
    this.#fixed = scorers.filter(({ scorer }) => scorer.normalize === undefined);
    this.#raw = scorers
      .filter(({ scorer }) => scorer.normalize !== undefined)
      .map((weighted) => ({ ...weighted, points: [] }));
  }

  /** Nodes that something is remembered of. */
  get remembered(): number {
    return this.#remembered;
  }

  /** True: nothing is against the node of that slot, which is known without a look at it. */
  isKnownToFit(slot: number): boolean {
    return this.#isKnown(slot) && this.#refusals[slot] === undefined;
  }

  refusal(node: NodeState): Refusal | undefined {
    this.#ask(node);
    return this.#refusals[node.slot];
  }

  /** Of nodes that nothing is against, in their order. `slots`: theirs. */
  points(nodes: readonly NodeState[], slots: readonly number[]): number[] {
    for (let index = 0; index < slots.length; index += 1) {
      if (!this.#isKnown(slots[index] as number)) {
        this.#ask(nodes[index] as NodeState);
      }
    }
    const totals = slots.map((slot) => this.#sums[slot] ?? 0);
    for (const { weight, scorer, points } of this.#raw) {
      const raw = slots.map((slot) => points[slot] ?? 0);
      addNormalized(totals, raw, weight, scorer);
    }
    return totals;
  }

  #isKnown(slot: number): boolean {
    return this.#generations[slot] === this.#now[slot];
  }

  /** From here on the columns say what holds of the node. */
  #ask(node: NodeState): void {
    const { slot } = node;
    if (this.#isKnown(slot)) {
      return;
    }
    const refusal = firstRefusal(this.#filters, node);
    this.#remembered += this.#generations[slot] === undefined ? 1 : 0;
    this.#generations[slot] = this.#now[slot] as number;
    this.#refusals[slot] = refusal;
    const isOut = refusal !== undefined;
    this.#sums[slot] = isOut
      ? 0
      : this.#fixed.reduce((sum, { weight, scorer }) => sum + weight * scorer.points(node), 0);
    for (const { scorer, points } of this.#raw) {
      points[slot] = isOut ? 0 : scorer.points(node);
    }
  }
}
