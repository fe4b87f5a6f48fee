/** Pod garbage collection: pods of nodes that are gone, ending ones that nobody ends, too many finished ones. */
import pLimit from 'p-limit';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { Trigger } from '../../registry/registry.ts';
import { withCondition } from '../conditions.ts';
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
  remove(surplusTerminated(views.pods.values()));
  await Promise.all(removals);
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
  if (disruption !== undefined && !isFinished(pod)) {
    const change = (object: Pod): boolean => {
      const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: disruption };
      const conditions = withCondition(object.status?.conditions, condition, clock.now());
      object.status = { ...object.status, phase: 'Failed', conditions };
      return true;
    };
    await registry.modify<Pod>('pods', namespace, name, change, { subresource: 'status', uid, fence: lease });
  }
  await removeObject(registry, 'pods', { namespace, name, uid }, lease, { gracePeriodSeconds: 0 });
}
