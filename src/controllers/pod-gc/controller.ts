/** Pod garbage collection: pods of nodes that are gone, ending ones that nobody ends, too many finished ones. */
import pLimit from 'p-limit';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { Trigger } from '../../registry/registry.ts';
import { observed, withCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Pod } from '../kinds/pod.ts';
import { removeObject } from '../remove-object.ts';
import type { Results } from '../results.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import { isOutOfService, MissingNodes, surplusTerminated } from './garbage-pods.ts';

const NAME = 'controller/pod-gc';
const COLLECT = 'collect';
const AT_ONCE = 100;

/** Begins the quarantine at once, and not only with the next round. */
const nodeTrigger: Trigger = {
  resource: 'nodes',
  dueOn: ({ after }) => (after === undefined ? [{ shard: NAME, key: COLLECT }] : []),
};

export const podGcController: ControllerDefinition = {
  name: NAME,
  triggers: [nodeTrigger],
  create: (context) => {
    const { podGcIntervalMs: everyMs, podGcQuarantineMs } = context.config;
    const missing = new MissingNodes(podGcQuarantineMs);
    return {
      reconciler: {
        name: NAME,
        reconcileBatch: async (keys, run) => {
          await collect(context, missing, run);
          const results: Results = new Map(keys.map(({ key }) => [key, { requeueAfterMs: everyMs }]));
          return results;
        },
      },
      periodic: [{ key: COLLECT, everyMs }],
    };
  },
};

async function collect(context: ControllerContext, missing: MissingNodes, run: ReconcileContext): Promise<void> {
  const { views, registry, clock } = context;
  await views.fresh(run.signal);
  const limit = pLimit(AT_ONCE);
  const removals: Promise<void>[] = [];
  const remove = (pods: Iterable<PodInfo>, message?: string): void => {
    for (const pod of pods) {
      removals.push(limit(() => forceDelete(context, pod, message, run)));
    }
  };
  const exists = (name: string): boolean => views.nodes.get('', name) !== undefined;
  for (const name of missing.look(views.boundNodeNames(), exists, clock.monotonic())) {
    // The primary has the last word: deleting a living node's pods cannot be undone.
    if ((await registry.find('nodes', '', name)) === undefined) {
      remove(views.podsOn(name), 'PodGC: node no longer exists');
    }
  }
  for (const { name } of [...views.nodes.values()].filter(isOutOfService)) {
    remove([...views.podsOn(name)].filter(({ deletionTime }) => deletionTime !== undefined));
  }
  remove([...views.unboundPods()].filter(({ deletionTime }) => deletionTime !== undefined));
  remove(surplusTerminated(views.pods.values(), context.config.terminatedPodGcThreshold));
  await Promise.all(removals);
}

function withDisruption({ status, metadata }: Pod, message: string | undefined, nowMs: number) {
  if (message === undefined) {
    return {};
  }
  const condition = {
    ...{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message },
    ...observed(metadata),
  };
  return { conditions: withCondition(status?.conditions, condition, nowMs) };
}

async function forceDelete(
  { registry, clock }: ControllerContext,
  { namespace, name, uid, ...pod }: PodInfo,
  disruption: string | undefined,
  { lease, signal }: ReconcileContext,
): Promise<void> {
  if (signal.aborted) {
    return;
  }
  // Its kubelet will not say any more how it ended. Source: markFailedAndDeletePodWithCondition.
  if (!isFinished(pod)) {
    const change = (object: Pod): boolean => {
      object.status = { ...object.status, phase: 'Failed', ...withDisruption(object, disruption, clock.now()) };
      return true;
    };
    await registry.modify<Pod>('pods', namespace, name, change, { subresource: 'status', uid, fence: lease });
  }
  await removeObject(registry, 'pods', { namespace, name, uid }, lease, { gracePeriodSeconds: 0 });
}
