/** Pod garbage collection: pods of nodes that are gone, ending ones that nobody ends, too many finished ones. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { Trigger } from '../../registry/registry.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Results } from '../results.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { endPods, NODE_GONE } from './end-pods.ts';
import { isOutOfService, MissingNodes, surplusTerminated } from './garbage-pods.ts';

const NAME = 'controller/pod-gc';
const COLLECT = 'collect';

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
  // What it leaves stays for the next look.
  const remove = (pods: readonly PodInfo[], message?: string): Promise<unknown> => endPods(context, pods, message, run);
  const exists = (name: string): boolean => views.nodes.get('', name) !== undefined;
  for (const name of missing.look(views.boundNodeNames(), exists, clock.monotonic())) {
    // The primary has the last word: deleting a living node's pods cannot be undone.
    if ((await registry.find('nodes', '', name)) === undefined) {
      await remove([...views.podsOn(name)], NODE_GONE);
    }
  }
  for (const { name } of [...views.nodes.values()].filter(isOutOfService)) {
    await remove([...views.podsOn(name)].filter(({ deletionTime }) => deletionTime !== undefined));
  }
  await remove([...views.unboundPods()].filter(({ deletionTime }) => deletionTime !== undefined));
  await remove(surplusTerminated(views.pods.values(), context.config.terminatedPodGcThreshold));
}
