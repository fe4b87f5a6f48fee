/**
 * How many pods that somebody asks about are on each node: pods that an affinity term or a spread constraint means.
 * Counted once when first asked, then kept up to date, for as long as somebody holds the tally.
 */
import type { NodeInfo } from '../../views/node-info.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { NodeAmounts } from './node-amounts.ts';
import type { NodeCache } from './node-cache.ts';
import type { CacheObserver, NodeState } from './node-state.ts';
import { isSamePlace } from './same-place.ts';
import type { TopologyOptions, TopologySums } from './topology-sums.ts';

export interface TallyOptions {
  /** Equal keys mean the same pods. */
  readonly key: string;
  /** Namespaces that can have such pods; undefined: any, as `matches` finds by their labels. */
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly matches: (pod: PodInfo) => boolean;
}
export interface PodTally {
  /** Pods on the node of that slot. */
  on(slot: number): number;
  /** By topology; `key` stands for the options. */
  sums(key: string, options: TopologyOptions): TopologySums;
  /** Whoever took it gives it back once. */
  release(): void;
}
interface Entry {
  readonly options: TallyOptions;
  amounts: NodeAmounts;
  holders: number;
}
/** Tallies of any namespace. */
const ANY = '';

export class PodTallies implements CacheObserver {
  readonly #cache: NodeCache;
  /** Those that `take` may share. */
  readonly #entries = new Map<string, Entry>();
  readonly #held = new Set<Entry>();
  readonly #byNamespace = new Map<string, Set<Entry>>();

  constructor(cache: NodeCache) {
    this.#cache = cache;
    cache.observe(this);
  }

  take(options: TallyOptions): PodTally {
    const entry = this.#entries.get(options.key) ?? this.#open(options);
    entry.holders += 1;
    return {
      on: (slot) => entry.amounts.at(slot),
      sums: (key, topology) => entry.amounts.sums(key, topology, this.#cache.states()),
      release: () => this.#release(entry),
    };
  }

  /** Namespaces' labels changed: whoever takes a tally of any namespace from now on gets it counted anew. */
  namespacesChanged(): void {
    for (const { options } of this.#byNamespace.get(ANY) ?? []) {
      this.#entries.delete(options.key);
    }
  }

  get size(): number {
    return this.#held.size;
  }

  podCounted(node: NodeState, pod: PodInfo, sign: 1 | -1): void {
    for (const group of [ANY, pod.namespace]) {
      for (const { options, amounts } of this.#byNamespace.get(group) ?? []) {
        if (options.matches(pod)) {
          amounts.add(node, sign);
        }
      }
    }
  }

  nodeChanged(node: NodeState, before: NodeInfo | undefined): void {
    if (!isSamePlace(before, node.info)) {
      for (const { amounts } of this.#held) {
        amounts.nodeChanged(node);
      }
    }
  }

  #groupsOf = ({ namespaces }: TallyOptions): Iterable<string> => namespaces ?? [ANY];

  #open(options: TallyOptions): Entry {
    const entry: Entry = { options, amounts: new NodeAmounts(), holders: 0 };
    this.#entries.set(options.key, entry);
    this.#held.add(entry);
    for (const group of this.#groupsOf(options)) {
      const members = this.#byNamespace.get(group) ?? new Set();
      this.#byNamespace.set(group, members.add(entry));
    }
    for (const namespace of options.namespaces ?? [undefined]) {
      for (const { node, pod } of this.#cache.podsOnNodes(namespace)) {
        if (options.matches(pod)) {
          entry.amounts.add(node, 1);
        }
      }
    }
    return entry;
  }

  #release(entry: Entry): void {
    entry.holders -= 1;
    if (entry.holders > 0) {
      return;
    }
    this.#held.delete(entry);
    if (this.#entries.get(entry.options.key) === entry) {
      this.#entries.delete(entry.options.key);
    }
    for (const group of this.#groupsOf(entry.options)) {
      const members = this.#byNamespace.get(group);
      members?.delete(entry);
      if (members?.size === 0) {
        this.#byNamespace.delete(group);
      }
    }
  }
}
