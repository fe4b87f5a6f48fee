/**
 * Amounts of nodes, summed up by the value of a node label: how many pods that a term means run in each zone. A node
 * that `counts` refuses, or that lacks the label, belongs to no domain. Kept up to date, never recomputed.
 */
import type { NodeState } from './node-state.ts';

interface Domain {
  sum: number;
  nodes: number;
}

export interface TopologyOptions {
  readonly topologyKey: string;
  /** Of nodes that exist. Default: all of them. */
  readonly counts?: (node: NodeState) => boolean;
  /** Nodes without any amount make domains too: for the lowest sum of all. */
  readonly withEmpty?: boolean;
}

export class TopologySums {
  readonly topologyKey: string;
  readonly #counts: (node: NodeState) => boolean;
  readonly #withEmpty: boolean;
  /** The domain of each node that belongs to one. */
  readonly #places = new Map<NodeState, string>();
  readonly #domains = new Map<string, Domain>();
  /** How many domains have each sum. */
  readonly #histogram = new Map<number, number>();
  #total = 0;
  #lowest: number | undefined;

  constructor({ topologyKey, counts = () => true, withEmpty = false }: TopologyOptions) {
    this.topologyKey = topologyKey;
    this.#counts = counts;
    this.#withEmpty = withEmpty;
  }

  of(value: string | undefined): number {
    return value === undefined ? 0 : (this.#domains.get(value)?.sum ?? 0);
  }
  has(value: string): boolean {
    return this.#domains.has(value);
  }
  get domains(): number {
    return this.#domains.size;
  }
  /** Of all domains together. */
  get total(): number {
    return this.#total;
  }
  /** The smallest sum; infinite without any domain. */
  get lowest(): number {
    this.#lowest ??= Math.min(Number.POSITIVE_INFINITY, ...this.#histogram.keys());
    return this.#lowest;
  }

  /** `amount`: what the node has after `by` was added. */
  add(node: NodeState, by: number, amount: number): void {
    const value = this.#places.get(node);
    if (value === undefined) {
      this.#place(node, amount);
    } else {
      this.#change(value, by, 0);
      if (amount === 0 && !this.#withEmpty) {
        this.#unplace(node, 0);
      }
    }
  }

  /** The node came, went, or its labels or what `counts` looks at changed; its amount did not. */
  nodeChanged(node: NodeState, amount: number): void {
    this.#unplace(node, amount);
    this.#place(node, amount);
  }

  #place(node: NodeState, amount: number): void {
    const { info } = node;
    const labels = info?.labels ?? {};
    if (info === undefined || (amount === 0 && !this.#withEmpty) || !Object.hasOwn(labels, this.topologyKey)) {
      return;
    }
    if (this.#counts(node)) {
      const value = labels[this.topologyKey] ?? '';
      this.#places.set(node, value);
      this.#change(value, amount, 1);
    }
  }

  #unplace(node: NodeState, amount: number): void {
    const value = this.#places.get(node);
    if (value !== undefined) {
      this.#places.delete(node);
      this.#change(value, -amount, -1);
    }
  }

  #change(value: string, by: number, nodes: number): void {
    const domain = this.#domains.get(value);
    const before = domain?.sum;
    const after = { sum: (before ?? 0) + by, nodes: (domain?.nodes ?? 0) + nodes };
    this.#total += by;
    if (domain === undefined) {
      this.#domains.set(value, after);
    } else {
      Object.assign(domain, after);
    }
    if (after.nodes === 0) {
      this.#domains.delete(value);
    }
    this.#recount(before, after.nodes === 0 ? undefined : after.sum);
  }

  #recount(before: number | undefined, after: number | undefined): void {
    if (before === after) {
      return;
    }
    if (after !== undefined) {
      this.#histogram.set(after, (this.#histogram.get(after) ?? 0) + 1);
    }
    const left = before === undefined ? 0 : (this.#histogram.get(before) ?? 0) - 1;
    if (before !== undefined && left > 0) {
      this.#histogram.set(before, left);
    } else if (before !== undefined) {
      this.#histogram.delete(before);
    }
    const isLowestGone = before !== undefined && left <= 0 && before === this.#lowest;
    this.#lowest = isLowestGone || (after !== undefined && after < (this.#lowest ?? after)) ? undefined : this.#lowest;
  }
}
