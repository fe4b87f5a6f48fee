/** Ends pods that no kubelet will end: Failed first, so that whoever waits for them sees how they ended, then gone. */
import { StatusError } from '../../errors.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type StoredObject } from '../../registry/registry.ts';
import { observed, withCondition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import type { Pod } from '../kinds/pod.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';

/** Read, written and deleted together: whole nodes may go, and their pods are not to be in memory at once. */
const BATCH = 500;
/** A kubelet writes a status now and then, not at each look. */
const LOOKS = 3;
export const NODE_GONE = 'PodGC: node no longer exists';

type PodKey = Pick<PodInfo, 'namespace' | 'name' | 'uid'>;
/** A pod that could not be ended: it changed at each look, or its status was refused. */
interface LeftPod extends PodKey {
  readonly nodeName: string;
  readonly error: Error;
}
const isFor =
  (reason: string) =>
  ({ error }: LeftPod): boolean =>
    error instanceof StatusError && error.reason === reason;
const hasChanged = isFor('Conflict');
const isGone = isFor('NotFound');

/** `disruption`: what their condition says. Throws when the run is cut short: whoever asked is not done then. */
export async function endPods(
  context: ControllerContext,
  pods: readonly PodInfo[],
  disruption: string | undefined,
  run: ReconcileContext,
): Promise<readonly LeftPod[]> {
  const left: LeftPod[] = [];
  for (let at = 0; at < pods.length; at += BATCH) {
    let ask: readonly PodKey[] = pods.slice(at, at + BATCH);
    for (let look = 1; look <= LOOKS && ask.length > 0; look += 1) {
      run.signal.throwIfAborted();
      const here = await endBatch(context, ask, disruption, run);
      ask = look < LOOKS ? here.filter(hasChanged) : [];
      left.push(...here.filter((one) => look === LOOKS || !hasChanged(one)));
    }
  }
  return left;
}

/** Source: controller/podgc/gc_controller.go, markFailedAndDeletePodWithCondition. */
async function endBatch(
  { registry, clock }: ControllerContext,
  pods: readonly PodKey[],
  disruption: string | undefined,
  { lease }: ReconcileContext,
): Promise<LeftPod[]> {
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
  const answers =
    ended.length === 0 ? [] : await registry.deleteAll('pods', ended, { gracePeriodSeconds: 0, fence: lease });
  const failure = answers.find((answer) => answer instanceof Error);
  if (failure !== undefined) {
    throw failure;
  }
  const left = changes.flatMap(({ before: { namespace, name, uid }, decoded }, index): LeftPod[] => {
    const error = marked[index];
    return error instanceof Error ? [{ namespace, name, uid, nodeName: decoded.spec.nodeName ?? '', error }] : [];
  });
  return left.filter((one) => !isGone(one));
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
