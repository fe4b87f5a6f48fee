/** A job's pods, read from the primary, and the end of their tracking. */
import { setImmediate } from 'node:timers/promises';
import pLimit from 'p-limit';
import { decodeObject, type Fence, type Registry } from '../../registry/registry.ts';
import { selects } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { adopt, release } from '../adopt.ts';
import type { ControllerContext } from '../controller.ts';
import type { Job } from '../kinds/job.ts';
import { isActive, type PodInfo } from '../views/pod-info.ts';
import { FINALIZER, type JobPod, toJobPod } from './job-pod.ts';

/** About 10 ms of parsing; then others of the process get their turn. */
const SLICE = 500;
const AT_ONCE = 100;

export async function podsOfJob(registry: Registry, namespace: string, jobUid: string): Promise<JobPod[]> {
  const { items } = await registry.list('pods', { namespace, controllerUid: jobUid });
  const pods: JobPod[] = [];
  for (const [index, stored] of items.entries()) {
    if (index > 0 && index % SLICE === 0) {
      await setImmediate();
    }
    pods.push(toJobPod(decodeObject(stored), stored));
  }
  return pods;
}

/** Takes the finalizer off; answers the UIDs that have none any more, and what went wrong first. */
export async function stopTracking(
  registry: Registry,
  pods: readonly JobPod[],
  fence: Fence,
): Promise<{ untracked: ReadonlySet<string>; error?: Error }> {
  const limit = pLimit(AT_ONCE);
  const untracked = new Set<string>();
  const errors: Error[] = [];
  const change = ({ metadata }: KubeObject): boolean => {
    const before = metadata.finalizers ?? [];
    metadata.finalizers = before.filter((finalizer) => finalizer !== FINALIZER);
    return metadata.finalizers.length < before.length;
  };
  const one = async ({ namespace, name, uid }: JobPod): Promise<void> => {
    await registry.modify('pods', namespace, name, change, { uid, fence });
    untracked.add(uid);
  };
  await Promise.all(pods.map((pod) => limit(() => one(pod).catch((error: Error) => void errors.push(error)))));
  const [error] = errors;
  return error === undefined ? { untracked } : { untracked, error };
}

/**
 * Pods that the selector no longer takes are let go, uncounted; those of nobody that it takes are taken, which only a
 * selector of the user's own can do: others name the job's UID.
 */
export async function settlePods(
  { registry, views }: ControllerContext,
  job: Job,
  pods: readonly JobPod[],
  fence: Fence,
): Promise<JobPod[]> {
  const { metadata, spec } = job;
  if (metadata.deletionTimestamp !== undefined) {
    return [...pods];
  }
  const lost = pods.filter(({ labels }) => !selects(spec.selector, labels));
  await Promise.all(lost.map((pod) => release(registry, 'pods', pod, metadata.uid, fence, FINALIZER)));
  const isSelected = (labels: PodInfo['labels']): boolean =>
    spec.manualSelector === true && selects(spec.selector, labels);
  const found = [...views.unownedPods(metadata.namespace, isSelected)].filter(isActive);
  await Promise.all(found.map((pod) => adopt(registry, 'pods', pod, job, fence, FINALIZER)));
  return found.length === 0
    ? pods.filter((pod) => !lost.includes(pod))
    : podsOfJob(registry, metadata.namespace, metadata.uid);
}
