/**
 * The pods of a node's own manifests. A mirror in the API stands for each: it is made anew when somebody deletes it, and
 * the containers run on, as the runtime knows them by a uid of the file's (`runtimeUid`).
 */
import pLimit from 'p-limit';
import { StatusError } from '../../errors.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { Fence } from '../../registry/registry.ts';
import type { KubeletContext } from '../context.ts';
import { recordProblem } from '../node-events.ts';
import type { NodeWork } from '../node-work.ts';
import type { Pod } from '../pod.ts';
import { nodeKey } from '../pod-key.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { type Results, settle } from '../reconcile-results.ts';
import type { Manifests } from './manifest-folder.ts';
import { hashOf, type Mirror } from './mirror.ts';
import { readWantedPods, type WantedPods } from './wanted-pods.ts';

/** Of all nodes of a pass, so many at a time; a folder that they share is read once. */
export async function syncAllStaticPods(
  context: KubeletContext,
  works: readonly NodeWork[],
  { lease, signal }: ReconcileContext,
  results: Results,
): Promise<void> {
  const { manifests } = context;
  if (manifests === undefined) {
    return;
  }
  const limit = pLimit(context.config.syncConcurrency);
  const once = { ...context, manifests: readOnce(manifests) };
  const step = (work: NodeWork): Promise<void> =>
    settle(results, [nodeKey(work.stored.name)], () =>
      limit(async () => {
        signal.throwIfAborted();
        await syncStaticPods(once, work, lease);
      }),
    );
  await Promise.all(works.map(step));
}

function readOnce(manifests: Manifests): Manifests {
  const known = new Map<string, ReturnType<Manifests['read']>>();
  return {
    changes: (...given) => manifests.changes(...given),
    read: (folder) => {
      const read = known.get(folder) ?? manifests.read(folder);
      known.set(folder, read);
      return read;
    },
  };
}

async function syncStaticPods(context: KubeletContext, { node, settings }: NodeWork, fence: Fence): Promise<void> {
  const report = (file: string, why: string): void =>
    recordProblem(context.recorder, node, `static pod ${file}: ${why}`);
  let wanted: WantedPods | undefined;
  try {
    wanted = await readWantedPods(context, node, settings);
  } catch (error) {
    // What cannot be read ends nothing.
    report(settings.configuration.staticPodPath ?? '', (error as Error).message);
  }
  if (wanted === undefined) {
    return;
  }
  for (const { file, why } of wanted.problems) {
    report(file, why);
  }
  const missing = new Map(wanted.mirrors);
  const mirrors = (await podsOnNode(context.registry, node.metadata.name)).filter((pod) => hashOf(pod) !== undefined);
  for (const pod of mirrors) {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const mirror = wanted.mirrors.get(key);
    missing.delete(key);
    const isOver = mirror === undefined ? wanted.isWhole : mirror.hash !== hashOf(pod);
    if (isOver && pod.metadata.deletionTimestamp === undefined) {
      await remove(context, pod, fence);
    }
  }
  for (const mirror of missing.values()) {
    await create(context, mirror, fence, report);
  }
}

async function remove({ registry }: KubeletContext, { metadata }: Pod, fence: Fence): Promise<void> {
  const { namespace, name, uid } = metadata;
  try {
    await registry.delete('pods', namespace, name, { preconditions: { uid }, fence });
  } catch (error) {
    if (!(error instanceof StatusError && (error.reason === 'NotFound' || error.reason === 'Conflict'))) {
      throw error;
    }
  }
}

async function create(
  { registry }: KubeletContext,
  { namespace, name, object }: Mirror,
  fence: Fence,
  report: (file: string, why: string) => void,
): Promise<void> {
  try {
    await registry.create('pods', namespace, object, { fence });
  } catch (error) {
    if (!(error instanceof StatusError) || error.code >= 500) {
      throw error;
    }
    report(`${namespace}/${name}`, error.message);
  }
}
