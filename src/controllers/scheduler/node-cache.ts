/**
 * What each node still has room for: the view's pods, and those assumed (bound by us, not yet seen bound). Charging a
 * pod again replaces its charge, so the order in which the view and our own bindings arrive does not matter.
 */
import { objectKey } from '../../registry/informer.ts';
import { accumulate } from '../views/amounts.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import type { Views } from '../views/views.ts';

export interface NodeState {
  /** undefined: pods are bound to a node that does not exist. */
  info: NodeInfo | undefined;
  readonly used: Record<string, number>;
  /** Taken host ports with how many pods hold each. */
  readonly ports: Map<string, number>;
  /** Pods by the UID of their controller. */
  readonly families: Map<string, number>;
}
interface Charge {
  readonly nodeName: string;
  readonly pod: PodInfo;
  readonly assumed: boolean;
}

export class NodeCache {
  readonly #states = new Map<string, NodeState>();
  readonly #charges = new Map<string, Charge>();
  #list: NodeState[] | undefined;

  constructor(views: Pick<Views, 'onPod' | 'onNode'>) {
    views.onNode((now, before) => this.#nodeChanged(now, before));
    views.onPod((now, before) => this.#podChanged(now, before));
  }

  /** Existing nodes, in a stable order. */
  nodes(): readonly NodeState[] {
    this.#list ??= [...this.#states.values()].filter(({ info }) => info !== undefined && !info.deleting);
    return this.#list;
  }

  /** Counts the pod as on the node before the view says so. */
  assume(pod: PodInfo, nodeName: string): void {
    this.#charge({ pod, nodeName, assumed: true });
  }

  /** The binding failed. A pod that the view has seen bound meanwhile stays counted. */
  forget(pod: PodInfo): void {
    const charge = this.#charges.get(objectKey(pod.namespace, pod.name));
    if (charge?.assumed === true && charge.pod.uid === pod.uid) {
      this.#uncharge(pod);
    }
  }

  isAssumed({ namespace, name, uid }: PodInfo): boolean {
    const charge = this.#charges.get(objectKey(namespace, name));
    return charge?.assumed === true && charge.pod.uid === uid;
  }

  #state(name: string): NodeState {
    const state = this.#states.get(name) ?? { info: undefined, used: {}, ports: new Map(), families: new Map() };
    this.#states.set(name, state);
    return state;
  }

  #nodeChanged(now: NodeInfo | undefined, before: NodeInfo | undefined): void {
    const name = (now ?? before)?.name ?? '';
    const state = this.#state(name);
    const listed = state.info !== undefined && !state.info.deleting;
    state.info = now;
    if (listed !== (now !== undefined && !now.deleting)) {
      this.#list = undefined;
    }
    this.#sweep(name, state);
  }

  #podChanged(now: PodInfo | undefined, before: PodInfo | undefined): void {
    if (now !== undefined && now.nodeName === '' && this.isAssumed(now)) {
      return;
    }
    if (now !== undefined && now.nodeName !== '' && !isFinished(now)) {
      this.#charge({ pod: now, nodeName: now.nodeName, assumed: false });
    } else if ((now ?? before) !== undefined) {
      this.#uncharge((now ?? before) as PodInfo);
    }
  }

  #charge(charge: Charge): void {
    this.#uncharge(charge.pod);
    this.#charges.set(objectKey(charge.pod.namespace, charge.pod.name), charge);
    this.#count(this.#state(charge.nodeName), charge.pod, 1);
  }

  #uncharge({ namespace, name }: PodInfo): void {
    const key = objectKey(namespace, name);
    const charge = this.#charges.get(key);
    if (charge !== undefined) {
      this.#charges.delete(key);
      const state = this.#state(charge.nodeName);
      this.#count(state, charge.pod, -1);
      this.#sweep(charge.nodeName, state);
    }
  }

  #count(state: NodeState, pod: PodInfo, sign: 1 | -1): void {
    accumulate(state.used, pod.requests, sign);
    for (const port of pod.hostPorts) {
      bump(state.ports, port, sign);
    }
    if (pod.controllerUid !== '') {
      bump(state.families, pod.controllerUid, sign);
    }
  }

  /** Keeps no state of nodes that are gone for good. */
  #sweep(name: string, state: NodeState): void {
    if (state.info === undefined && (state.used['pods'] ?? 0) === 0) {
      this.#states.delete(name);
    }
  }
}

function bump(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) {
    counts.delete(key);
  } else {
    counts.set(key, count);
  }
}
