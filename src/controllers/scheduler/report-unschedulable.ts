/** Tells the pod and its events why it fits nowhere. Writes only when the message changed. */
import { decodeObject, type Fence, type StatusChange } from '../../registry/registry.ts';
import { Turns } from '../../timing/turns.ts';
import { findCondition, observed, withCondition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { Pod, PodStatus } from '../kinds/pod.ts';
import type { PodInfo } from '../views/pod-info.ts';

export interface Unschedulable {
  readonly pod: PodInfo;
  readonly message: string;
  /** That refused it. */
  readonly plugins: ReadonlySet<string>;
  /** The node that will be made free for it; '': none is. undefined: what was promised stays. */
  readonly promised?: string;
}

export async function reportUnschedulable(
  { registry, clock }: ControllerContext,
  emitOf: (pod: PodInfo) => Emit,
  failures: readonly Unschedulable[],
  fence: Fence,
): Promise<void> {
  if (failures.length === 0) {
    return;
  }
  const byUid = new Map(failures.map((failure) => [failure.pod.uid, failure]));
  const stored = await registry.getMany(
    'pods',
    failures.map(({ pod }) => pod),
  );
  const changes: StatusChange[] = [];
  const turns = new Turns();
  for (const before of stored) {
    const failure = byUid.get(before.uid);
    const pod = decodeObject<Pod>(before);
    await turns.after(before.body.length);
    if (failure === undefined || (pod.spec.nodeName ?? '') !== '') {
      continue;
    }
    emitOf(failure.pod)(pod, 'Warning', 'FailedScheduling', failure.message);
    const status = withVerdict(pod, failure, clock.now());
    if (status !== undefined) {
      changes.push({ before, decoded: pod, after: { ...pod, status } });
    }
  }
  // A pod that changed meanwhile is tried again, and told then.
  await registry.updateStatuses('pods', changes, { fence, component: 'kube-scheduler' });
}

/** undefined: the pod says so already. */
function withVerdict(
  { metadata, status = {} }: Pod,
  { message, promised }: Unschedulable,
  nowMs: number,
): PodStatus | undefined {
  const known = findCondition(status.conditions, 'PodScheduled');
  const isKnown = known?.status === 'False' && known.reason === 'Unschedulable' && known.message === message;
  const { nominatedNodeName = '', ...rest } = status;
  const wanted = promised ?? nominatedNodeName;
  if (isKnown && wanted === nominatedNodeName) {
    return undefined;
  }
  const condition = {
    ...{ type: 'PodScheduled', ...observed(metadata), status: 'False', lastProbeTime: null },
    ...{ reason: 'Unschedulable', message },
  };
  return {
    ...rest,
    conditions: withCondition(status.conditions, condition, nowMs),
    ...(wanted === '' ? {} : { nominatedNodeName: wanted }),
  };
}
