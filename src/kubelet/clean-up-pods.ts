/**
 * Pods that only the runtime still knows: their object is gone (force-deleted, or deleted while no worker ran), or
 * their node is. What cannot be listed is never removed.
 */
import { decodeObject, type Fence } from '../registry/registry.ts';
import { runtimeUid } from '../resources/pod/mirror-pod.ts';
import type { Runtime, RuntimePod } from '../runtimes/runtime.ts';
import { beside } from './beside.ts';
import type { KubeletContext } from './context.ts';
import type { Pod } from './pod.ts';
import { nodeKey, type PodKey } from './pod-key.ts';
import { podsOnNode } from './pods-on-node.ts';
import { type Results, settle } from './reconcile-results.ts';
import { staticUids } from './static-pods/wanted-pods.ts';

const LOOK_AGAIN_MS = 1_000;
/** After a runtime that takes its time. */
const UNDER_WAY_MS = 10_000;

/** The object is gone: nothing is left to wait for, so the grace is none. */
export async function cleanUpPod(context: KubeletContext, pod: PodKey, fence: Fence, results: Results): Promise<void> {
  const { key, note } = pod;
  const { podTurns, runtimes } = context;
  const clean = async (): Promise<boolean> => {
    const gone = await Promise.all([...runtimes.values()].map((runtime) => removeByUid(context, runtime, pod)));
    return gone.every(Boolean);
  };
  await settle(results, [key], async () => {
    const late = podTurns.take(key, fence);
    const isKnown = late !== undefined && 'isGone' in late;
    const done = isKnown ? { value: late.isGone } : await podTurns.wait(key, fence, clean, (isGone) => ({ isGone }));
    if (done === undefined) {
      results.set(key, podTurns.waiting(note));
    } else {
      results.set(key, done.value ? {} : { requeueAfterMs: LOOK_AGAIN_MS });
    }
  });
}

async function removeByUid(context: KubeletContext, runtime: Runtime, { uid, ...key }: PodKey): Promise<boolean> {
  const existing = await runtime.pod(uid);
  if (existing === undefined) {
    return true;
  }
  // A runtime's event may have named it wrongly: then it is not the one that is gone.
  const isNamesake = existing.namespace === key.namespace && existing.name === key.name;
  const stored = isNamesake ? undefined : await findObjects(context, [existing]);
  const isWanted = stored?.has(uid) === true || (await staticUids(context, existing.nodeName)).has(uid);
  return isWanted || removeNow(context, runtime, existing);
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

/**
 * Removes what runs on nodes that no longer exist. A runtime that cannot be listed is asked again with the node's next
 * look, and holds up no other. What it says of where a pod runs is not believed against the pod itself.
 */
export async function cleanUpNodes(context: KubeletContext, names: readonly string[], results: Results): Promise<void> {
  const clean = async (runtime: Runtime): Promise<void> => {
    const pods = await listOn(runtime, names);
    const stored = await findObjects(context, pods);
    const isGone = ({ uid }: RuntimePod): boolean => {
      const nodeName = stored.get(uid)?.spec.nodeName;
      return nodeName === undefined || names.includes(nodeName);
    };
    await removeAll(context, runtime, pods.filter(isGone));
  };
  const keys = names.map(nodeKey);
  const cleanBeside = async (runtime: Runtime): Promise<void> => {
    const isDone = await beside(context, `clean up after nodes, ${runtime.name}`, () => clean(runtime));
    for (const key of isDone ? [] : keys.filter((one) => !(results.get(one) instanceof Error))) {
      results.set(key, { requeueAfterMs: UNDER_WAY_MS });
    }
  };
  const runtimes = [...context.runtimes.values()];
  await Promise.all(runtimes.map((runtime) => settle(results, keys, () => cleanBeside(runtime))));
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
  const pods = await listOn(runtime, nodeNames);
  if (pods.length === 0) {
    return 0;
  }
  // Nearly all of them, and none of these is read: a body each was a tenth of what steady nodes with pods cost.
  const known = await context.registry.locate(pods.map(({ uid }) => uid));
  const unknown = pods.filter(({ uid }) => !known.has(uid));
  // Of a mirror pod the runtime has the uid of its file.
  const stored = await findObjects(context, unknown);
  const nameless = unknown.filter(({ uid }) => !stored.has(uid));
  const wanted = await findOnNodes(context, new Set(nameless.map(({ nodeName }) => nodeName)));
  const orphans = nameless.filter(({ uid }) => !wanted.has(uid));
  await removeAll(context, runtime, orphans);
  return orphans.length;
}

/** Each once, and nothing of other nodes: a runtime may say more than it was asked. */
async function listOn(runtime: Runtime, nodeNames: readonly string[]): Promise<RuntimePod[]> {
  const names = new Set(nodeNames);
  const pods = (await runtime.list(nodeNames)).filter(({ nodeName }) => names.has(nodeName));
  return [...new Map(pods.map((pod) => [pod.uid, pod])).values()];
}

async function findObjects({ registry }: KubeletContext, pods: readonly RuntimePod[]): Promise<Map<string, Pod>> {
  const keys = pods.map(({ namespace, name }) => ({ namespace, name }));
  const stored = keys.length === 0 ? [] : await registry.getMany('pods', keys);
  return new Map(stored.map((object) => decodeObject<Pod>(object)).map((pod) => [runtimeUid(pod), pod]));
}

/** The uids of what is to run there, whatever a runtime calls it. */
async function findOnNodes(context: KubeletContext, nodeNames: ReadonlySet<string>): Promise<Set<string>> {
  const uids = new Set<string>();
  for (const nodeName of nodeNames) {
    for (const pod of await podsOnNode(context.registry, nodeName)) {
      uids.add(runtimeUid(pod));
    }
    // Of one whose mirror was taken away only its file tells.
    for (const uid of await staticUids(context, nodeName)) {
      uids.add(uid);
    }
  }
  return uids;
}

/** All are tried; the first failure is thrown then. */
async function removeAll(context: KubeletContext, runtime: Runtime, pods: readonly RuntimePod[]): Promise<void> {
  const outcomes = await Promise.allSettled(pods.map((pod) => removeNow(context, runtime, pod)));
  const failed = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed !== undefined) {
    throw failed.reason;
  }
}
