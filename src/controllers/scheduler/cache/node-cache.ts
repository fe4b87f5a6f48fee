/**
 * What each node still has room for: the view's pods, and those assumed (bound by us, not yet seen bound). Charging a
 * pod again replaces its charge, so the order in which the view and our own bindings arrive does not matter.
 *
 * cache/: what the scheduler knows of nodes, counted ahead. May import views, `demand/` and timing; reads no store, writes
 * nothing.
 */
import { accumulate } from '../../views/amounts.ts';
import { type NodeInfo, zoneOf } from '../../views/node-info.ts';
import { isFinished, type PodInfo } from '../../views/pod-info.ts';
import type { Views } from '../../views/views.ts';
import { bump } from './counts.ts';
import { type CacheObserver, isThere, type NodeState } from './node-state.ts';
import { weighsTheSame } from './same-weight.ts';
import { inZoneOrder } from './zone-order.ts';

interface Charge {
  readonly node: NodeState;
  readonly pod: PodInfo;
  readonly assumed: boolean;
}

export interface Trial {
  readonly add: (pod: PodInfo) => void;
  readonly remove: (pod: PodInfo) => void;
}

export class NodeCache {
  /**
   * By slot, a number that no node had before: what was computed for it holds as long as it stays. In an array, as each
   * pod asks it of hundreds of nodes: read from the states it was a miss of the CPU's caches each time.
   */
  readonly generations: readonly number[];
  readonly #generations: number[] = [];
  readonly #states = new Map<string, NodeState>();
  /** By namespace, then by name. */
  readonly #charges = new Map<string, Map<string, Charge>>();
  readonly #observers: CacheObserver[] = [];
  readonly #freeSlots: number[] = [];
  #slots = 0;
  #version = 0;
  #generation = 0;
  #list: { readonly nodes: readonly NodeState[]; readonly slots: readonly number[] } | undefined;

  constructor(views: Pick<Views, 'onPod' | 'onNode'>) {
    this.generations = this.#generations;
    views.onNode((now, before) => this.#nodeChanged(now, before));
    views.onPod((now, before) => this.#podChanged(now, before));
  }

  /** Hears of changes from now on, not of what is there. */
  observe(observer: CacheObserver): void {
    this.#observers.push(observer);
  }

  /** Changes with everything of nodes and pods that may change an answer. */
  get version(): number {
    return this.#version;
  }

  /** Existing nodes, in a stable order. */
  nodes(): readonly NodeState[] {
    return this.#ordered().nodes;
  }

  /** Of `nodes()`, in their order. */
  slots(): readonly number[] {
    return this.#ordered().slots;
  }

  #ordered() {
    if (this.#list === undefined) {
      const nodes = inZoneOrder(this.#states.values());
      this.#list = { nodes, slots: nodes.map(({ slot }) => slot) };
    }
    return this.#list;
  }

  /** Also one that does not exist, as long as pods are bound to it. */
  node(name: string): NodeState | undefined {
    return this.#states.get(name);
  }

  states(): Iterable<NodeState> {
    return this.#states.values();
  }

  /** Pods on nodes, of a namespace; of all when it is undefined. */
  *podsOnNodes(namespace?: string): Iterable<{ readonly node: NodeState; readonly pod: PodInfo }> {
    if (namespace !== undefined) {
      yield* this.#charges.get(namespace)?.values() ?? [];
      return;
    }
    for (const charges of this.#charges.values()) {
      yield* charges.values();
    }
  }

  /** Counts the pod as on the node before the view says so. */
  assume(pod: PodInfo, nodeName: string): void {
    this.#charge(pod, nodeName, true);
  }

  /** The binding failed. A pod that the view has seen bound meanwhile stays counted. */
  forget(pod: PodInfo): void {
    if (this.isAssumed(pod)) {
      this.#uncharge(pod);
    }
  }

  /** What `ask` answers when pods are put on the node or taken off it for as long as it asks. */
  trial<T>(node: NodeState, ask: (trial: Trial) => T): T {
    const added = new Map<PodInfo, number>();
    const change = (pod: PodInfo, sign: 1 | -1): void => {
      bump(added, pod, sign);
      this.#count(node, pod, sign);
    };
    try {
      return ask({ add: (pod) => change(pod, 1), remove: (pod) => change(pod, -1) });
    } finally {
      for (const [pod, by] of added) {
        this.#count(node, pod, by > 0 ? -1 : 1);
      }
    }
  }

  isAssumed({ namespace, name, uid }: PodInfo): boolean {
    const charge = this.#charges.get(namespace)?.get(name);
    return charge?.assumed === true && charge.pod.uid === uid;
  }

  #state(name: string): NodeState {
    const known = this.#states.get(name);
    if (known !== undefined) {
      return known;
    }
    const slot = this.#freeSlots.pop() ?? this.#slots;
    this.#slots = Math.max(this.#slots, slot + 1);
    const state: NodeState = {
      ...{ name, slot, info: undefined, used: {}, assumed: { cpu: 0, memory: 0 } },
      ...{ ports: new Map(), pods: new Set<PodInfo>(), priorities: new Map() },
    };
    this.#states.set(name, state);
    this.#bump(state);
    return state;
  }

  #bump({ slot }: NodeState): void {
    this.#generation += 1;
    this.#generations[slot] = this.#generation;
  }

  #nodeChanged(now: NodeInfo | undefined, before: NodeInfo | undefined): void {
    const state = this.#state((now ?? before)?.name ?? '');
    const [known, wasThere] = [state.info, isThere(state)];
    state.info = now;
    this.#version += 1;
    this.#bump(state);
    const moved = known !== undefined && now !== undefined && zoneOf(known) !== zoneOf(now);
    if (moved || wasThere !== isThere(state)) {
      this.#list = undefined;
    }
    for (const observer of this.#observers) {
      observer.nodeChanged(state, known);
    }
    this.#sweep(state);
  }

  #podChanged(now: PodInfo | undefined, before: PodInfo | undefined): void {
    if (now !== undefined && now.nodeName === '' && this.isAssumed(now)) {
      return;
    }
    if (now !== undefined && now.nodeName !== '' && !isFinished(now)) {
      this.#charge(now, now.nodeName, false);
    } else if ((now ?? before) !== undefined) {
      this.#uncharge((now ?? before) as PodInfo);
    }
  }

  #charge(pod: PodInfo, nodeName: string, assumed: boolean): void {
    const { namespace, name } = pod;
    const known = this.#charges.get(namespace)?.get(name);
    if (known?.node.name === nodeName && weighsTheSame(known.pod, pod)) {
      known.node.pods.delete(known.pod);
      known.node.pods.add(pod);
      this.#charges.get(namespace)?.set(name, { node: known.node, pod, assumed });
      return;
    }
    this.#uncharge(pod);
    const node = this.#state(nodeName);
    const charges = this.#charges.get(namespace) ?? new Map<string, Charge>();
    charges.set(name, { node, pod, assumed });
    this.#charges.set(namespace, charges);
    this.#version += 1;
    this.#count(node, pod, 1);
  }

  #uncharge({ namespace, name }: PodInfo): void {
    const charges = this.#charges.get(namespace);
    const charge = charges?.get(name);
    if (charges === undefined || charge === undefined) {
      return;
    }
    charges.delete(name);
    if (charges.size === 0) {
      this.#charges.delete(namespace);
    }
    this.#version += 1;
    this.#count(charge.node, charge.pod, -1);
    this.#sweep(charge.node);
  }

  #count(node: NodeState, pod: PodInfo, sign: 1 | -1): void {
    accumulate(node.used, pod.requests, sign);
    node.assumed.cpu += sign * pod.assumedUse.cpu;
    node.assumed.memory += sign * pod.assumedUse.memory;
    for (const port of pod.hostPorts) {
      bump(node.ports, port, sign);
    }
    bump(node.priorities, pod.priority, sign);
    if (sign === 1) {
      node.pods.add(pod);
    } else {
      node.pods.delete(pod);
    }
    this.#bump(node);
    for (const observer of this.#observers) {
      observer.podCounted(node, pod, sign);
    }
  }

  /** Keeps no state of nodes that are gone for good. */
  #sweep(node: NodeState): void {
    if (node.info === undefined && node.pods.size === 0 && this.#states.get(node.name) === node) {
      this.#states.delete(node.name);
      this.#freeSlots.push(node.slot);
    }
  }
}
