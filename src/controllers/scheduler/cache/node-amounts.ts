/** An amount for each node, and its sums by topology, each computed once for all who ask for it. */
import type { NodeState } from './node-state.ts';
import { type TopologyOptions, TopologySums } from './topology-sums.ts';

export class NodeAmounts {
  /** By slot: a node as the key of a map is read for its hash, a miss of the CPU's caches. */
  readonly #bySlot = new Map<number, { readonly node: NodeState; amount: number }>();
  readonly #sums = new Map<string, TopologySums>();

  of({ slot }: NodeState): number {
    return this.at(slot);
  }

  at(slot: number): number {
    return this.#bySlot.get(slot)?.amount ?? 0;
  }

  get isEmpty(): boolean {
    return this.#bySlot.size === 0;
  }

  add(node: NodeState, by: number): void {
    const amount = this.of(node) + by;
    if (amount === 0) {
      this.#bySlot.delete(node.slot);
    } else {
      this.#bySlot.set(node.slot, { node, amount });
    }
    for (const sums of this.#sums.values()) {
      sums.add(node, by, amount);
    }
  }

  nodeChanged(node: NodeState): void {
    const amount = this.of(node);
    for (const sums of this.#sums.values()) {
      sums.nodeChanged(node, amount);
    }
  }

  /** `key` stands for the options: equal ones share the sums. `nodes`: all there are. */
  sums(key: string, options: TopologyOptions, nodes: Iterable<NodeState>): TopologySums {
    const known = this.#sums.get(key);
    if (known !== undefined) {
      return known;
    }
    const sums = new TopologySums(options);
    this.#sums.set(key, sums);
    for (const node of options.withEmpty === true ? nodes : [...this.#bySlot.values()].map((one) => one.node)) {
      sums.nodeChanged(node, this.of(node));
    }
    return sums;
  }
}
