/** One step of every node of a drain that is at work, and the begin of as many as may be at work beside them. */
import pLimit from 'p-limit';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { Drain } from '../../resources/fleet/drain.ts';
import type { ControllerContext } from '../controller.ts';
import { drainNode, type NodeProgress } from '../draining/drain-node.ts';
import { cordon, type MayTake, markDrained } from '../draining/drain-note.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { DrainPlan } from './plan.ts';
import { podsToGo } from './pods-to-go.ts';
import type { DrainState } from './status.ts';

const AT_ONCE = 20;

export function eachNode(nodes: readonly NodeInfo[], run: (node: NodeInfo) => Promise<void>): Promise<unknown> {
  const limit = pLimit(AT_ONCE);
  return Promise.all(nodes.map((node) => limit(() => run(node))));
}

export async function stepNodes(
  context: ControllerContext,
  { spec = {}, metadata: { uid = '' } }: Drain,
  plan: DrainPlan,
  mayTake: MayTake,
  run: ReconcileContext,
): Promise<Omit<DrainState, 'missing'>> {
  const isPaused = spec.paused === true;
  const drained = new Set(plan.drained.map(({ name }) => name));
  const progress = new Map<string, NodeProgress>();
  const step = async (node: NodeInfo): Promise<void> => {
    // First, so that nothing new comes while pods go.
    if (!isPaused && !(await cordon(context, node, uid, mayTake, run))) {
      return;
    }
    const here = await drainNode(context, node.name, spec, run, isPaused);
    progress.set(node.name, here);
    if (here.remaining === 0 && !isPaused) {
      await markDrained(context, node, uid, run);
      drained.add(node.name);
    }
  };
  await eachNode(plan.active, step);
  // A node whose pods may not be evicted holds up nobody but itself.
  const busy = [...progress.values()].filter(({ remaining, refusal }) => remaining > 0 && refusal === undefined).length;
  const free = isPaused ? 0 : Math.max(0, (spec.parallelism ?? 1) - busy);
  const mayBegin = plan.waiting.filter(({ name }) => !plan.held.has(name));
  await eachNode(mayBegin.slice(0, free), step);
  const idle = plan.waiting.filter(({ name }) => !progress.has(name));
  return { ...plan, drained, progress, waiting: await podsToGo(context, idle, spec), ending: undefined };
}

/** Nothing is done any more; what is left is counted. */
export async function stopNodes(
  context: ControllerContext,
  { spec = {} }: Drain,
  plan: DrainPlan,
  ending: DrainState['ending'],
): Promise<Omit<DrainState, 'missing'>> {
  const waiting = await podsToGo(context, [...plan.active, ...plan.waiting], spec);
  const drained = new Set(plan.drained.map(({ name }) => name));
  return { ...plan, drained, progress: new Map(), waiting, ending };
}
