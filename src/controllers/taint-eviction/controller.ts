/**
 * Deletes pods that do not tolerate their node's NoExecute taints, after their tolerationSeconds. The timer is the
 * node's due row, so it survives every crash. Source: controller/tainteviction/taint_eviction.go.
 */
import pLimit from 'p-limit';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import type { Trigger } from '../../registry/registry.ts';
import { findCondition, observed, withCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { Node, Taint } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import { removeObject } from '../remove-object.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { evictionTime } from './eviction-time.ts';
import { TaintTimes } from './taint-times.ts';
import { WaitingPods } from './waiting-pods.ts';

const NAME = 'controller/taint-eviction';
/** A pod may be bound to a node that is tainted already: no change of the node tells. */
const ALL = 'all';
const ALL_EVERY_MS = 5_000;
const AT_ONCE = 100;
/** A pod that was bound later than this is one of before the clock was set back. */
const SKEW_MS = 60_000;

const executing = (taints: readonly Taint[] | undefined): string =>
  JSON.stringify(taints?.filter(({ effect }) => effect === 'NoExecute') ?? []);

const nodeTrigger: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }) => {
    const now = executing((after as Node | undefined)?.spec?.taints);
    const changed = now !== executing((before as Node | undefined)?.spec?.taints);
    return after !== undefined && changed ? [{ shard: NAME, key: `node/${after.metadata.name}` }] : [];
  },
};

export const taintEvictionController: ControllerDefinition = {
  name: NAME,
  triggers: [nodeTrigger],
  create: (context) => {
    const emit = context.events('taint-eviction-controller');
    const memory = { times: new TaintTimes(), waiting: new WaitingPods() };
    const reconcile = async (key: string, run: ReconcileContext): Promise<ReconcileResult> => {
      if (key !== ALL) {
        return evictFrom(context, emit, memory, key.slice('node/'.length), run);
      }
      const nodes = [...context.views.nodes.values()].filter(isExecuting);
      // A node without such a taint has no time to remember.
      memory.times.keepOnly(new Set(nodes.map(({ uid }) => uid)));
      memory.waiting.keepOnly((name) => context.views.nodes.get('', name) !== undefined);
      for (const { name } of nodes) {
        await evictFrom(context, emit, memory, name, run);
      }
      return { requeueAfterMs: ALL_EVERY_MS };
    };
    return {
      reconciler: freshEachKey(context, { name: NAME, reconcile }),
      periodic: [{ key: ALL, everyMs: ALL_EVERY_MS }],
    };
  },
};

const isExecuting = ({ taints }: NodeInfo): boolean => taints.some(({ effect }) => effect === 'NoExecute');

interface Memory {
  readonly times: TaintTimes;
  readonly waiting: WaitingPods;
}

async function evictFrom(
  context: ControllerContext,
  emit: Emit,
  memory: Memory,
  nodeName: string,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { views, clock } = context;
  const node = views.nodes.get('', nodeName);
  if (node === undefined) {
    return {};
  }
  const now = clock.now();
  const addedAt = memory.times.look(node, clock);
  const limit = pLimit(AT_ONCE);
  const evictions: Promise<void>[] = [];
  let next = Number.POSITIVE_INFINITY;
  const waiting = new Set<string>();
  const spared: PodInfo[] = [];
  for (const pod of views.podsOn(nodeName)) {
    const isAhead = pod.scheduledAt > now + SKEW_MS;
    const sinceOf = (taint: Taint): number => Math.max(addedAt(taint), isAhead ? 0 : pod.scheduledAt);
    const at = pod.deletionTime === undefined ? evictionTime(node.taints, pod.tolerations, sinceOf) : undefined;
    if (at !== undefined && at <= now) {
      evictions.push(limit(() => evict(context, emit, pod, run)));
    } else if (at !== undefined) {
      next = Math.min(next, at);
      waiting.add(pod.uid);
    } else if (pod.deletionTime === undefined) {
      spared.push(pod);
    }
  }
  for (const pod of spared.filter(memory.waiting.look(nodeName, waiting))) {
    emit(subjectOf(pod), 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${pod.namespace}/${pod.name}`);
  }
  await Promise.all(evictions);
  return Number.isFinite(next) ? { requeueAfterMs: Math.max(1, next - clock.now()) } : {};
}

const subjectOf = ({ namespace, name, uid }: Pick<PodInfo, 'namespace' | 'name' | 'uid'>) => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { namespace, name, uid },
});

const DISRUPTED = {
  ...{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' },
  message: 'Taint manager: deleting due to NoExecute taint',
};

async function evict(
  { registry, clock }: ControllerContext,
  emit: Emit,
  { namespace, name, uid }: PodInfo,
  { lease, signal }: ReconcileContext,
): Promise<void> {
  if (signal.aborted) {
    return;
  }
  // A node's own key and the look at all nodes may meet here: one of them tells.
  let isFirst = false;
  const change = (pod: Pod): boolean => {
    isFirst = findCondition(pod.status?.conditions, DISRUPTED.type)?.status !== 'True';
    const condition = { ...DISRUPTED, ...observed(pod.metadata) };
    const conditions = withCondition(pod.status?.conditions, condition, clock.now());
    pod.status = { ...pod.status, conditions };
    return isFirst;
  };
  await registry.modify<Pod>('pods', namespace, name, change, { subresource: 'status', uid, fence: lease });
  if (isFirst) {
    emit(
      subjectOf({ namespace, name, uid }),
      'Normal',
      'TaintManagerEviction',
      `Marking for deletion Pod ${namespace}/${name}`,
    );
  }
  await removeObject(registry, 'pods', { namespace, name, uid }, lease);
}
