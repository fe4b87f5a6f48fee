/** Ends pods that no kubelet will end: Failed first, so that whoever waits for them sees how they ended, then gone. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type StoredObject } from '../../registry/registry.ts';
import { observed, withCondition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import type { Pod } from '../kinds/pod.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';

/** Read, written and deleted together: whole nodes may go, and their pods are not to be in memory at once. */
const BATCH = 500;
export const NODE_GONE = 'PodGC: node no longer exists';

/** `disruption`: what their condition says. Those that change meanwhile stay, for the next look of the collector. */
export async function endPods(
  context: ControllerContext,
  pods: readonly PodInfo[],
  disruption: string | undefined,
  run: ReconcileContext,
): Promise<void> {
  for (let at = 0; at < pods.length && !run.signal.aborted; at += BATCH) {
    await endBatch(context, pods.slice(at, at + BATCH), disruption, run);
  }
}

/** Source: controller/podgc/gc_controller.go, markFailedAndDeletePodWithCondition. */
async function endBatch(
  { registry, clock }: ControllerContext,
  pods: readonly PodInfo[],
  disruption: string | undefined,
  { lease }: ReconcileContext,
): Promise<void> {
  const uids = new Set(pods.map(({ uid }) => uid));
  const stored = (await registry.getMany('pods', pods)).filter(({ uid }) => uids.has(uid));
  const read = stored.map((before) => ({ before, decoded: decodeObject<Pod>(before) }));
  const isOver = ({ decoded }: (typeof read)[number]): boolean =>
    isFinished({ phase: decoded.status?.phase ?? 'Pending' });
  const changes = read
    .filter((one) => !isOver(one))
    .map((one) => ({ ...one, after: failed(one.decoded, disruption, clock.now()) }));
  const marked = await registry.updateStatuses('pods', changes, { fence: lease });
  const ended = [
    ...read.filter(isOver).map(({ before }) => before),
    ...marked.filter((one): one is StoredObject => !(one instanceof Error)),
  ];
  if (ended.length === 0) {
    return;
  }
  const answers = await registry.deleteAll('pods', ended, { gracePeriodSeconds: 0, fence: lease });
  const failure = answers.find((answer) => answer instanceof Error);
  if (failure !== undefined) {
    throw failure;
  }
}

function failed(pod: Pod, disruption: string | undefined, nowMs: number): Pod {
  const { status, metadata } = pod;
  if (disruption === undefined) {
    return { ...pod, status: { ...status, phase: 'Failed' } };
  }
  const condition = {
    ...{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: disruption },
    ...observed(metadata),
  };
  return {
    ...pod,
    status: { ...status, phase: 'Failed', conditions: withCondition(status?.conditions, condition, nowMs) },
  };
}
