/** Heartbeats of nodes that a fault holds: none, or late ones. Leases are renewed by the shard, so these are left out of it. */
import type { KubeletContext } from '../context.ts';
import type { NodeWork } from '../node-work.ts';
import { nodeKey } from '../pod-key.ts';
import type { Results } from '../reconcile-results.ts';

/** How soon a node is looked at again that sends nothing: should nobody tell that its fault is gone. */
const LOOK_MS = 10_000;

/** `ms`, unless a late heartbeat is due or a fault begins or ends before. */
export const nextLookMs = (
  context: Pick<KubeletContext, 'clock' | 'config'>,
  work: Pick<NodeWork, 'faults'>,
  ms: number,
): number =>
  Math.min(ms, lateMs(context, work) ?? ms, Math.max(1, Math.ceil(work.faults.changesAt - context.clock.now())));

/** Of a node whose heartbeats are late; undefined: of any other. */
const lateMs = (
  { config }: Pick<KubeletContext, 'config'>,
  { faults: { heartbeat } }: Pick<NodeWork, 'faults'>,
): number | undefined =>
  heartbeat === undefined ? undefined : config.renewIntervalMs * heartbeat.factor + heartbeat.delayMs;

const nameOf = ({ stored }: NodeWork): string => stored.name;

/** Nothing is heard of these any more. */
export async function silence(context: KubeletContext, works: readonly NodeWork[], results: Results): Promise<void> {
  if (works.length === 0) {
    return;
  }
  await context.nodeLeases.setSuspended(works.map(nameOf), true);
  for (const work of works) {
    // What only an annotation holds is told of by a change of the node.
    if (work.faults.active.length > 0) {
      const spread = Math.round(LOOK_MS * (1 + context.random.next()));
      results.set(nodeKey(nameOf(work)), { requeueAfterMs: nextLookMs(context, work, spread) });
    }
  }
}

/** Without those whose late heartbeat is not due yet. */
export async function holdHeartbeats(
  context: KubeletContext,
  works: readonly NodeWork[],
  results: Results,
): Promise<readonly NodeWork[]> {
  const late = works.filter((work) => lateMs(context, work) !== undefined);
  if (late.length === 0) {
    return works;
  }
  const ages = await context.nodeLeases.ages(late.map(nameOf));
  const held = new Map<NodeWork, number>();
  for (const work of late) {
    const leftMs = (lateMs(context, work) ?? 0) - (ages.get(nameOf(work)) ?? Number.POSITIVE_INFINITY);
    if (leftMs > 0) {
      held.set(work, leftMs);
    }
  }
  await context.nodeLeases.setSuspended([...held.keys()].map(nameOf), true);
  for (const [work, leftMs] of held) {
    results.set(nodeKey(nameOf(work)), { requeueAfterMs: nextLookMs(context, work, Math.ceil(leftMs)) });
  }
  return works.filter((work) => !held.has(work));
}

/** Of nodes that the shard's next renewal would renew too soon. Their leases are older than all others of the shard. */
export async function beatLate(
  context: Pick<KubeletContext, 'config' | 'nodeLeases'>,
  works: readonly NodeWork[],
  shard: string,
): Promise<void> {
  const late = works.filter((work) => lateMs(context, work) !== undefined);
  if (late.length > 0) {
    await context.nodeLeases.renewShard(shard, context.config.renewIntervalMs / 2);
    await context.nodeLeases.setSuspended(late.map(nameOf), true);
  }
}
