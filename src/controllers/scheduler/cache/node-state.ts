/** A node as the scheduler counts with it: what it offers and who is on it. */
import type { NodeInfo } from '../../views/node-info.ts';
import type { PodInfo } from '../../views/pod-info.ts';

export interface NodeState {
  readonly name: string;
  /** A small number of its own among the nodes there are: what is known by node is kept in arrays. */
  readonly slot: number;
  /** undefined: pods are bound to a node that does not exist. */
  info: NodeInfo | undefined;
  readonly used: Record<string, number>;
  /** As `used`, with a little for containers that ask for nothing. Millis and bytes. */
  readonly assumed: { cpu: number; memory: number };
  /** Taken host ports with how many pods hold each. */
  readonly ports: Map<string, number>;
  readonly pods: Set<PodInfo>;
  /** Of the pods, with how many have each. */
  readonly priorities: Map<number, number>;
}

/** Told of every change, after the node's state has it. */
export interface CacheObserver {
  /** `sign` -1: the pod is no longer on the node. */
  podCounted(node: NodeState, pod: PodInfo, sign: 1 | -1): void;
  /** It came, went, or something of its own changed. `before`: what was known of it. */
  nodeChanged(node: NodeState, before: NodeInfo | undefined): void;
}

export const isThere = ({ info }: NodeState): boolean => info !== undefined && !info.deleting;
