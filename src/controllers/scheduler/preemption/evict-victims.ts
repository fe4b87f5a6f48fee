/** Ends the victims, each with its own grace, and takes back what less important pods were promised there. */
import pLimit from 'p-limit';
import { StatusError } from '../../../errors.ts';
import type { Fence } from '../../../registry/registry.ts';
import { observed, withCondition } from '../../conditions.ts';
import type { ControllerContext } from '../../controller.ts';
import type { Emit } from '../../events.ts';
import type { Pod } from '../../kinds/pod.ts';
import type { PodInfo } from '../../views/pod-info.ts';

const AT_ONCE = 100;

const AS_STATUS = { subresource: 'status', component: 'kube-scheduler' } as const;

export interface Eviction {
  readonly preemptor: PodInfo;
  readonly nodeName: string;
  readonly victims: readonly PodInfo[];
  /** Promised the node, and less important. */
  readonly displaced: readonly PodInfo[];
  readonly emit: Emit;
}

export async function evictVictims(
  context: ControllerContext,
  evictions: readonly Eviction[],
  fence: Fence,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    evictions.flatMap((eviction) => [
      ...eviction.displaced.map((pod) => limit(() => takeBack(context, pod, fence))),
      ...eviction.victims
        .filter(({ deletionTime }) => deletionTime === undefined)
        .map((victim) => limit(() => evict(context, victim, eviction, fence))),
    ]),
  );
}

async function evict(
  { registry, clock }: ControllerContext,
  victim: PodInfo,
  { preemptor, nodeName, emit }: Eviction,
  fence: Fence,
): Promise<void> {
  const { namespace, name, uid } = victim;
  const scheduler = preemptor.scheduling?.schedulerName ?? '';
  const condition = {
    ...{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' },
    message: `${scheduler}: preempting to accommodate a higher priority pod`,
  };
  const change = (pod: Pod): boolean => {
    const told = { ...condition, ...observed(pod.metadata) };
    pod.status = { ...pod.status, conditions: withCondition(pod.status?.conditions, told, clock.now()) };
    return true;
  };
  await registry.modify<Pod>('pods', namespace, name, change, { ...AS_STATUS, uid, fence });
  try {
    await registry.delete('pods', namespace, name, { preconditions: { uid }, fence });
  } catch (error) {
    if (!(error instanceof StatusError && error.reason === 'NotFound')) {
      throw error;
    }
  }
  const subject = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } };
  emit(subject, 'Normal', 'Preempted', `Preempted by pod ${preemptor.uid} on node ${nodeName}`);
}

async function takeBack(
  { registry }: ControllerContext,
  { namespace, name, uid }: PodInfo,
  fence: Fence,
): Promise<void> {
  const change = (pod: Pod): boolean => {
    const { nominatedNodeName, ...status } = pod.status ?? {};
    pod.status = status;
    return nominatedNodeName !== undefined;
  };
  await registry.modify<Pod>('pods', namespace, name, change, { ...AS_STATUS, uid, fence });
}
