/**
 * All due nodes of a shard in one pass: registers or adopts them, puts their leases under the shard's renewal, posts
 * their statuses in one group commit. 5,000 new nodes are a handful of statements.
 */
import pLimit from 'p-limit';
import type { ReconcileContext } from '../queue/reconciler.ts';
import { decodeObject } from '../registry/registry.ts';
import { beside } from './beside.ts';
import { cleanUpNodes } from './clean-up-pods.ts';
import type { KubeletContext } from './context.ts';
import { breathing } from './faults/breathing.ts';
import { holdHeartbeats, silence } from './faults/heartbeats.ts';
import { leaseNodes } from './lease-nodes.ts';
import { type Node, runtimeOf } from './node.ts';
import { nodeSettings } from './node-settings.ts';
import type { NodeWork } from './node-work.ts';
import { nodeKey } from './pod-key.ts';
import { postStatuses } from './post-node-statuses.ts';
import { asResult, type Results } from './reconcile-results.ts';
import { completeNode } from './register-node.ts';
import { syncAllStaticPods } from './static-pods/sync-static-pods.ts';
import { sweepOrphans } from './sweep-orphans.ts';

export async function syncNodes(
  context: KubeletContext,
  names: readonly string[],
  reconcile: ReconcileContext,
  results: Results,
): Promise<void> {
  if (names.length === 0) {
    return;
  }
  const { gone, dead, alive } = await readNodes(context, withoutThoseUnderWay(context, names, results));
  if (gone.length > 0) {
    for (const name of gone) {
      context.pressure.forget(name);
      context.collector.forget(name);
      context.reclaimed.forget(name);
      context.cordoned.delete(name);
    }
    await cleanUpNodes(context, gone, results);
  }
  await silence(context, dead, results);
  const beating = await holdHeartbeats(context, alive, results);
  const registered = await register(context, beating, reconcile, results);
  reconcile.signal.throwIfAborted();
  await leaseNodes(context, registered, reconcile.lease, results);
  await Promise.all(registered.map((work) => collectImages(context, work)));
  const decidedAt = context.clock.monotonic();
  await postStatuses(context, registered, reconcile.lease, results);
  await syncAllStaticPods(context, registered, reconcile, results);
  await sweepOrphans(context, registered);
  keepMoments(registered, context.clock.monotonic() - decidedAt, results);
}

/** Nodes of a shard are looked at together: what was written meanwhile must not give each batch a moment of its own. */
function keepMoments(works: readonly NodeWork[], elapsedMs: number, results: Results): void {
  for (const { stored } of works) {
    const result = results.get(nodeKey(stored.name));
    if (result !== undefined && !(result instanceof Error) && result.requeueAfterMs !== undefined) {
      const requeueAfterMs = Math.max(0, result.requeueAfterMs - elapsedMs);
      results.set(nodeKey(stored.name), { ...result, requeueAfterMs });
    }
  }
}

function withoutThoseUnderWay({ nodeTurns }: KubeletContext, names: readonly string[], results: Results): string[] {
  return names.filter((name) => {
    const isUnderWay = nodeTurns.isUnderWay(nodeKey(name));
    if (isUnderWay) {
      results.set(nodeKey(name), nodeTurns.waiting(undefined));
    }
    return !isUnderWay;
  });
}

const collectImages = (context: KubeletContext, work: NodeWork): Promise<boolean> =>
  beside(context, `collection of images, ${work.stored.name}`, () => context.collector.look(context, work));

interface Read {
  readonly gone: string[];
  /** That send nothing. */
  readonly dead: NodeWork[];
  readonly alive: NodeWork[];
}

/** Nodes of foreign kubelets are none of these. */
async function readNodes({ registry, config, faults }: KubeletContext, names: readonly string[]): Promise<Read> {
  const stored = await registry.getMany(
    'nodes',
    names.map((name) => ({ namespace: '', name })),
  );
  const existing = new Set(stored.map(({ name }) => name));
  const read: Read = { gone: names.filter((name) => !existing.has(name)), dead: [], alive: [] };
  const pause = breathing(faults.size);
  for (const object of stored) {
    await pause();
    const node = decodeObject<Node>(object);
    const runtimeName = runtimeOf(node);
    if (runtimeName !== undefined) {
      const here = faults.ofNode(node);
      const list = here.dead !== undefined || here.isSilent ? read.dead : read.alive;
      list.push({ stored: object, node, runtimeName, settings: nodeSettings(node, config), faults: here });
    }
  }
  return read;
}

/** Labels and podCIDR, for nodes that lack them; the concurrent writes share group commits. */
async function register(
  context: KubeletContext,
  works: readonly NodeWork[],
  { lease, signal }: ReconcileContext,
  results: Results,
): Promise<NodeWork[]> {
  const { nodeLabels, syncConcurrency } = context.config;
  const limit = pLimit(syncConcurrency);
  const complete = async (work: NodeWork): Promise<NodeWork | undefined> => {
    signal.throwIfAborted();
    if (!completeNode(structuredClone(work.node), work.settings, nodeLabels)) {
      return work;
    }
    const options = { fence: lease, uid: work.stored.uid, component: 'kubelet' } as const;
    const change = (node: Node): boolean => completeNode(node, work.settings, nodeLabels);
    const stored = await context.registry.modify<Node>('nodes', '', work.stored.name, change, options);
    return stored === undefined ? undefined : { ...work, stored, node: decodeObject<Node>(stored) };
  };
  const guarded = async (work: NodeWork): Promise<NodeWork | undefined> => {
    try {
      return await complete(work);
    } catch (error) {
      results.set(nodeKey(work.stored.name), asResult(error));
      return undefined;
    }
  };
  const done = await Promise.all(works.map((work) => limit(() => guarded(work))));
  return done.filter((work) => work !== undefined);
}
