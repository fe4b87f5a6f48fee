/**
 * What running pods want of others, by term: for the symmetry of affinity. Pods of a workload have equal terms, so
 * there are as many as there are workloads with affinity, not as many as there are pods.
 */
import { canonical } from '../../../values/canonical-json.ts';
import type { NodeInfo } from '../../views/node-info.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { type AffinityTerm, compileTerms, type PodTerms } from '../demand/affinity-term.ts';
import { NodeAmounts } from './node-amounts.ts';
import type { NodeCache } from './node-cache.ts';
import type { CacheObserver, NodeState } from './node-state.ts';
import { isSamePlace } from './same-place.ts';
import type { TopologySums } from './topology-sums.ts';

/** `apart`, `near`: pods that require it. `preferred`: the sum of their weights. */
export type TermKind = 'apart' | 'near' | 'preferred';

interface Group {
  readonly term: AffinityTerm;
  readonly amounts: NodeAmounts;
  readonly sums: TopologySums;
}
const MAX_COMPILED = 10_000;

export class RunningTerms implements CacheObserver {
  readonly #groups: Readonly<Record<TermKind, Map<string, Group>>> = {
    apart: new Map(),
    near: new Map(),
    preferred: new Map(),
  };
  readonly #compiled = new Map<string, PodTerms>();
  #version = 0;

  constructor(cache: NodeCache) {
    cache.observe(this);
  }

  /** Changes when a term appears or goes. */
  get version(): number {
    return this.#version;
  }

  /** By topology, of every term of the kind that `means` accepts. */
  *sums(kind: TermKind, means: (term: AffinityTerm) => boolean): Iterable<TopologySums> {
    for (const { term, sums } of this.#groups[kind].values()) {
      if (means(term)) {
        yield sums;
      }
    }
  }

  podCounted(node: NodeState, pod: PodInfo, sign: 1 | -1): void {
    if (pod.podAffinity === undefined) {
      return;
    }
    const { near, apart, preferred } = this.#termsOf(pod);
    for (const term of apart) {
      this.#add('apart', term, node, sign);
    }
    for (const term of near) {
      this.#add('near', term, node, sign);
    }
    for (const { term, weight } of preferred) {
      this.#add('preferred', term, node, sign * weight);
    }
  }

  nodeChanged(node: NodeState, before: NodeInfo | undefined): void {
    if (!isSamePlace(before, node.info)) {
      for (const groups of Object.values(this.#groups)) {
        for (const { amounts } of groups.values()) {
          amounts.nodeChanged(node);
        }
      }
    }
  }

  #termsOf(pod: PodInfo): PodTerms {
    const key = canonical([pod.namespace, pod.podAffinity]);
    const terms = this.#compiled.get(key) ?? compileTerms(pod);
    if (this.#compiled.size >= MAX_COMPILED) {
      this.#compiled.clear();
    }
    this.#compiled.set(key, terms);
    return terms;
  }

  #add(kind: TermKind, term: AffinityTerm, node: NodeState, by: number): void {
    const groups = this.#groups[kind];
    const group = groups.get(term.key) ?? this.#open(groups, term);
    group.amounts.add(node, by);
    if (group.amounts.isEmpty) {
      groups.delete(term.key);
      this.#version += 1;
    }
  }

  #open(groups: Map<string, Group>, term: AffinityTerm): Group {
    const amounts = new NodeAmounts();
    const group = { term, amounts, sums: amounts.sums('', { topologyKey: term.topologyKey }, []) };
    groups.set(term.key, group);
    this.#version += 1;
    return group;
  }
}
