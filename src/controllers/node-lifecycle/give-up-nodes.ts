/** What follows for a node that is silent or not ready: its status, its pods' readiness, its taints. */
import pLimit from 'p-limit';
import { decodeObject, type Fence } from '../../registry/registry.ts';
import { findCondition, withCondition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { Node } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import { wantedTaints } from './node-taints.ts';
import { withUnknownStatus } from './unknown-status.ts';

const AT_ONCE = 100;
/** Objects read together: half a fleet may go silent, and its pods are not to be in memory at once. */
const BATCH = 1_000;

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) {
    yield items.slice(at, at + BATCH);
  }
}

/** Ready and the kubelet's other conditions become Unknown. A node that reported meanwhile stays as it is. */
export async function markUnknown(
  { registry, clock }: ControllerContext,
  nodes: readonly NodeInfo[],
  fence: Fence,
): Promise<void> {
  const known = nodes.filter(({ conditions }) => conditions['Ready'] !== 'Unknown');
  const revisions = new Map(known.map(({ uid, revision }) => [uid, revision]));
  for (const batch of batches(known)) {
    const stored = await registry.getMany(
      'nodes',
      batch.map(({ name }) => ({ namespace: '', name })),
    );
    const changes = stored
      .filter(({ uid, revision }) => revisions.get(uid) === revision)
      .map((before) => ({ before, after: withUnknownStatus(decodeObject<Node>(before), clock.now()) }));
    await registry.updateStatuses('nodes', changes, { fence });
  }
}

/** Endpoints must lose the pods of a node that is not ready at once. Source: MarkPodsNotReady. */
export async function markPodsNotReady(
  context: ControllerContext,
  emit: Emit,
  nodes: readonly NodeInfo[],
  fence: Fence,
): Promise<void> {
  const pods: PodInfo[] = [];
  for (const { name } of nodes) {
    pods.push(...[...context.views.podsOn(name)].filter((pod) => pod.ready && !isFinished(pod)));
  }
  for (const batch of batches(pods)) {
    await markNotReady(context, emit, batch, fence);
  }
}

async function markNotReady(
  { registry, clock }: ControllerContext,
  emit: Emit,
  pods: readonly PodInfo[],
  fence: Fence,
): Promise<void> {
  const stored = await registry.getMany('pods', pods);
  const changes = stored.flatMap((before) => {
    const pod = decodeObject<Pod>(before);
    const ready = findCondition(pod.status?.conditions, 'Ready');
    if (ready === undefined || ready.status === 'False') {
      return [];
    }
    emit(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    const conditions = withCondition(pod.status?.conditions, { ...ready, status: 'False' }, clock.now());
    return [{ before, decoded: pod, after: { ...pod, status: { ...pod.status, conditions } } }];
  });
  await registry.updateStatuses('pods', changes, { fence });
}

/** Writes the taints that `evict` and the conditions ask for, where they differ. */
export async function taintNodes(
  { registry, clock }: ControllerContext,
  nodes: Iterable<NodeInfo>,
  evict: (node: NodeInfo) => boolean,
  fence: Fence,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const now = clock.now();
  const taintNode = (info: NodeInfo): Promise<unknown> => {
    const mayEvict = evict(info);
    const change = (node: Node): boolean => {
      const conditions = Object.fromEntries((node.status?.conditions ?? []).map(({ type, status }) => [type, status]));
      const health = { conditions, unschedulable: node.spec?.unschedulable === true };
      const taints = wantedTaints(health, node.spec?.taints ?? [], mayEvict, now);
      if (taints === undefined) {
        return false;
      }
      node.spec = { ...node.spec, taints };
      return true;
    };
    return registry.modify<Node>('nodes', '', info.name, change, { uid: info.uid, fence });
  };
  const writes: Promise<unknown>[] = [];
  for (const info of nodes) {
    if (wantedTaints(info, info.taints, evict(info), now) !== undefined) {
      writes.push(limit(() => taintNode(info)));
    }
  }
  await Promise.all(writes);
}
