/**
 * The values of a node label by slot, as small numbers: spreading asks them of thousands of nodes for each pod, and read
 * from the nodes' labels each was a miss of the CPU's caches (70 % of the scheduler's time at 100,000 nodes).
 */
import { BoundedMap } from '../../../timing/bounded-map.ts';
import type { NodeInfo } from '../../views/node-info.ts';
import type { NodeCache } from './node-cache.ts';
import type { CacheObserver, NodeState } from './node-state.ts';

/** The id of a node without the label. */
export const UNLABELLED = -1;
/** More topologies than anybody spreads over; one that is forgotten is filled again when it is asked for. */
const LIMIT = 32;

export class LabelColumn {
  /** By slot; beyond its end and where UNLABELLED stands there is no value. */
  readonly ids: readonly number[];
  readonly #ids: number[] = [];
  readonly #key: string;
  readonly #known = new Map<string, { readonly id: number; nodes: number }>();
  readonly #values: string[] = [];
  readonly #freeIds: number[] = [];

  constructor(key: string, states: Iterable<NodeState>) {
    this.#key = key;
    this.ids = this.#ids;
    for (const state of states) {
      this.changed(state);
    }
  }

  /** Of an id that a node has. */
  value(id: number): string {
    return this.#values[id] as string;
  }

  changed({ slot, info }: NodeState): void {
    const before = this.#ids[slot] ?? UNLABELLED;
    const value = info?.labels[this.#key];
    if (before !== UNLABELLED && this.#values[before] === value) {
      return;
    }
    if (before !== UNLABELLED) {
      this.#leave(before);
    }
    this.#ids[slot] = value === undefined ? UNLABELLED : this.#enter(value);
  }

  #enter(value: string): number {
    const known = this.#known.get(value);
    if (known !== undefined) {
      known.nodes += 1;
      return known.id;
    }
    const id = this.#freeIds.pop() ?? this.#values.length;
    this.#values[id] = value;
    this.#known.set(value, { id, nodes: 1 });
    return id;
  }

  #leave(id: number): void {
    const value = this.value(id);
    const known = this.#known.get(value);
    if (known !== undefined && known.nodes > 1) {
      known.nodes -= 1;
    } else {
      this.#known.delete(value);
      this.#freeIds.push(id);
    }
  }
}

export class LabelColumns implements CacheObserver {
  readonly #cache: NodeCache;
  readonly #columns = new BoundedMap<string, LabelColumn>(LIMIT);

  constructor(cache: NodeCache) {
    this.#cache = cache;
    cache.observe(this);
  }

  /** To be asked for at each use: a column that was forgotten is no longer kept up to date. */
  of(key: string): LabelColumn {
    const column = this.#columns.get(key) ?? new LabelColumn(key, this.#cache.states());
    this.#columns.set(key, column);
    return column;
  }

  podCounted(): void {
    // Pods change no labels of nodes.
  }

  nodeChanged(node: NodeState, _before: NodeInfo | undefined): void {
    for (const [, column] of this.#columns.entries()) {
      column.changed(node);
    }
  }
}
