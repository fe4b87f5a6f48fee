/** Makes nodes and pods due for their kubelets, and rings. */
import type { Doorbell, DueStore } from '../queue/reconciler.ts';
import { kubeletShard } from '../queue/shards.ts';
import { nodeKey, podKey } from './pod-key.ts';

interface Target {
  readonly nodeName: string;
  readonly pod?: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Not at once: many that begin together would be late together. */
  readonly afterMs?: number;
}
export type WakeKubelets = (targets: readonly Target[]) => Promise<void>;

/** Bounds one statement. */
const BATCH = 2_000;

/** Without a store or a bell its targets wait for their next due time. */
export const wakeKubelets =
  (shards: number, due: Pick<DueStore, 'add'> | undefined, doorbell: Doorbell | undefined): WakeKubelets =>
  async (targets) => {
    for (let at = 0; at < targets.length; at += BATCH) {
      const refs = targets.slice(at, at + BATCH).map(({ nodeName, pod, afterMs }) => ({
        shard: kubeletShard(nodeName, shards),
        key: pod === undefined ? nodeKey(nodeName) : podKey(pod.namespace, pod.name, pod.uid),
        ...(afterMs === undefined ? {} : { afterMs }),
      }));
      await due?.add(refs);
      for (const shard of new Set(refs.map((ref) => ref.shard))) {
        doorbell?.ring(shard);
      }
    }
  };
