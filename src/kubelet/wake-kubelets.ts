/** Makes nodes and pods due for their kubelets, and rings. */
import type { Doorbell, DueStore } from '../queue/reconciler.ts';
import { kubeletShard } from '../queue/shards.ts';
import { ringShards } from '../registry/ring-shards.ts';
import { nodeKey, podKey } from './pod-key.ts';

interface Target {
  readonly nodeName: string;
  readonly pod?: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Not at once: many that begin together would be late together. */
  readonly afterMs?: number;
}
/** A batch is made when the one before was written: of a million targets there is never a list. */
export type WakeKubelets = (targets: Iterable<Target>) => Promise<void>;

/** Bounds one statement. */
const BATCH = 2_000;

/** Without a store or a bell its targets wait for their next due time. */
export const wakeKubelets =
  (shards: number, due: Pick<DueStore, 'add'> | undefined, doorbell: Doorbell | undefined): WakeKubelets =>
  async (targets) => {
    for (const batch of batches(targets)) {
      const refs = batch.map(({ nodeName, pod, afterMs }) => ({
        shard: kubeletShard(nodeName, shards),
        key: pod === undefined ? nodeKey(nodeName) : podKey(pod.namespace, pod.name, pod.uid),
        ...(afterMs === undefined ? {} : { afterMs }),
      }));
      await due?.add(refs);
      doorbell && ringShards(doorbell, refs);
    }
  };

/** What is made due within one turn of the event loop is one statement: turns that end together are many. */
export function wakeKeys(
  due: Pick<DueStore, 'add'> | undefined,
  doorbell: Doorbell | undefined,
  failed: (error: unknown) => void,
): (shard: string, key: string) => void {
  let gathered: { readonly shard: string; readonly key: string }[] = [];
  const flush = async (): Promise<void> => {
    const refs = gathered;
    gathered = [];
    await due?.add(refs);
    doorbell && ringShards(doorbell, refs);
  };
  return (shard, key) => {
    if (gathered.push({ shard, key }) === 1) {
      setImmediate(() => void flush().catch(failed));
    }
  };
}

function* batches(targets: Iterable<Target>): Iterable<Target[]> {
  let batch: Target[] = [];
  for (const target of targets) {
    batch.push(target);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}
