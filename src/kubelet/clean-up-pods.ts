/**
 * Pods that only the runtime still knows: their object is gone (force-deleted, or deleted while no worker ran), or
 * their node is. What cannot be listed is never removed.
 */
import type { Runtime, RuntimePod } from '../runtimes/runtime.ts';
import type { KubeletContext } from './context.ts';
import type { PodKey } from './pod-key.ts';
import { type Results, settle } from './reconcile-results.ts';

const LOOK_AGAIN_MS = 1_000;

/** The object is gone: nothing is left to wait for, so the grace is none. */
export async function cleanUpPod(context: KubeletContext, { key, uid }: PodKey, results: Results): Promise<void> {
  await settle(results, [key], async () => {
    const gone = await Promise.all([...context.runtimes.values()].map((runtime) => removeByUid(context, runtime, uid)));
    results.set(key, gone.every(Boolean) ? {} : { requeueAfterMs: LOOK_AGAIN_MS });
  });
}

async function removeByUid(context: KubeletContext, runtime: Runtime, uid: string): Promise<boolean> {
  const existing = await runtime.pod(uid);
  return existing === undefined || removeNow(context, runtime, existing);
}

/** False: it is still stopping. */
async function removeNow({ admitted }: KubeletContext, runtime: Runtime, pod: RuntimePod): Promise<boolean> {
  admitted.release(pod.nodeName, pod.uid);
  const after = await runtime.killPod(pod.uid, 0);
  if (after !== undefined && after.sandbox !== 'stopped') {
    return false;
  }
  await runtime.removePod(pod.uid);
  return true;
}

/** Removes what runs on nodes that no longer exist. */
export async function cleanUpNodes(context: KubeletContext, nodeNames: readonly string[]): Promise<void> {
  for (const runtime of context.runtimes.values()) {
    const pods = await runtime.list(nodeNames);
    await Promise.all(pods.map((pod) => removeNow(context, runtime, pod)));
  }
}

/**
 * Removes pods of these nodes that have no object. The runtime is listed before the objects are read: a pod is in the
 * runtime only after its object was there, so what is then missing is gone for good. Answers how many were removed.
 */
export async function removeOrphans(
  context: KubeletContext,
  runtime: Runtime,
  nodeNames: readonly string[],
): Promise<number> {
  const pods = await runtime.list(nodeNames);
  if (pods.length === 0) {
    return 0;
  }
  const stored = await context.registry.getMany(
    'pods',
    pods.map(({ namespace, name }) => ({ namespace, name })),
  );
  const uids = new Set(stored.map(({ uid }) => uid));
  const orphans = pods.filter(({ uid }) => !uids.has(uid));
  await Promise.all(orphans.map((pod) => removeNow(context, runtime, pod)));
  return orphans.length;
}
