/** How many pods on nodes use each claim. Counted for all claims as pods are: asking for one looks at no pod. */
import { objectKey } from '../../../registry/informer.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { claimsOf, type PodClaim } from '../../volume-binding/claims-of.ts';
import { bump } from './counts.ts';
import type { NodeCache } from './node-cache.ts';
import type { CacheObserver, NodeState } from './node-state.ts';

/** On a node or on its way there. */
export const usedClaims = (pod: PodInfo): readonly PodClaim[] =>
  pod.scheduling === undefined ? pod.heldClaims : claimsOf(pod, pod.scheduling);

/** Claims that it names; those that are made for it are not counted. Source: framework/types.go, updatePVCRefCounts. */
export const sharedClaims = (pod: PodInfo): string[] =>
  usedClaims(pod).flatMap(({ name, isEphemeral }) => (isEphemeral ? [] : [name]));

/** Of a change of that claim, or of volumes and classes when it names none. */
export const concernsClaims = (claim: string | undefined, pod: PodInfo): boolean =>
  claim === undefined || usedClaims(pod).some(({ name }) => objectKey(pod.namespace, name) === claim);

export class ClaimUsers implements CacheObserver {
  readonly #users = new Map<string, number>();

  constructor(cache: NodeCache) {
    cache.observe(this);
  }

  isUsed(namespace: string, name: string): boolean {
    return this.#users.has(objectKey(namespace, name));
  }

  /** Claims that are used. */
  get size(): number {
    return this.#users.size;
  }

  podCounted(_node: NodeState, pod: PodInfo, sign: 1 | -1): void {
    for (const name of sharedClaims(pod)) {
      bump(this.#users, objectKey(pod.namespace, name), sign);
    }
  }

  nodeChanged(): void {
    // Claims are used wherever the pod is.
  }
}
