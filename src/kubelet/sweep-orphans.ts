/** Looks for pods that only the runtime knows, on the nodes of a pass; a failure is logged and removes nothing. */
import { groupedBy } from '../values/grouped-by.ts';
import { beside } from './beside.ts';
import { removeOrphans } from './clean-up-pods.ts';
import type { KubeletContext } from './context.ts';
import type { NodeWork } from './node-work.ts';

export async function sweepOrphans(context: KubeletContext, works: readonly NodeWork[]): Promise<void> {
  const byRuntime = groupedBy(works, ({ runtimeName }) => runtimeName);
  const sweep = async ([runtimeName, its]: [string, readonly NodeWork[]]): Promise<void> => {
    const runtime = context.runtimes.get(runtimeName);
    if (runtime === undefined) {
      return;
    }
    const remove = async (): Promise<void> => {
      const nodeNames = its.map(({ stored }) => stored.name);
      const removed = await removeOrphans(context, runtime, nodeNames);
      if (removed > 0) {
        context.logger.info({ runtime: runtimeName, removed }, 'removed pods without an object');
      }
    };
    try {
      await beside(context, `removal of pods without an object, ${runtimeName}`, remove);
    } catch (error) {
      context.logger.warn({ err: error, runtime: runtimeName }, 'cannot remove pods without an object');
    }
  };
  // Side by side: one that hangs would hold up the others.
  await Promise.all([...byRuntime].map(sweep));
}
