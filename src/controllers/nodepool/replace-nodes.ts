/** Empties nodes of an older template through evictions, names those that may be removed, and gives back the others. */
import pLimit from 'p-limit';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import { drainNode } from '../draining/drain-node.ts';
import { cordon, noteOf, release } from '../draining/drain-note.ts';
import { holdersOf } from '../draining/holders.ts';
import type { DrainRules } from '../draining/judge-pod.ts';
import type { NodePool } from '../kinds/node-pool.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { Rolling } from './rolling.ts';

const AT_ONCE = 20;
/** The node goes: what only lives on it goes too. */
const RULES: DrainRules = { ignoreDaemonSets: true, deleteEmptyDirData: true, force: true };

export interface Replacement {
  /** Empty, or over their deadline. */
  readonly ready: readonly NodeInfo[];
  /** `namespace/name` of budgets that refuse. */
  readonly blockedBy: ReadonlySet<string>;
  /** Drains that are at work on nodes to be replaced: those go first. */
  readonly heldBy: ReadonlySet<string>;
}

export async function replaceNodes(
  context: ControllerContext,
  pool: NodePool,
  { draining, abandoned }: Pick<Rolling, 'draining' | 'abandoned'>,
  run: ReconcileContext,
): Promise<Replacement> {
  const { uid } = pool.metadata;
  const { held, mayTake } = await holdersOf(context, draining, uid);
  const limit = pLimit(AT_ONCE);
  const ready: NodeInfo[] = [];
  const blockedBy = new Set<string>();
  const deadlineMs =
    (pool.spec?.updateStrategy?.rollingUpdate?.drainDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
  const step = async (node: NodeInfo): Promise<void> => {
    if (run.signal.aborted) {
      return;
    }
    if (!(await cordon(context, node, uid, mayTake, run))) {
      return;
    }
    const here = await drainNode(context, node.name, RULES, run, false);
    for (const { namespace, budget } of here.blocked) {
      blockedBy.add(`${namespace}/${budget ?? ''}`);
    }
    const since = noteOf(node, uid)?.since ?? context.clock.now();
    if (here.remaining === 0 || context.clock.now() - since >= deadlineMs) {
      ready.push(node);
    }
  };
  await Promise.all([
    ...draining.filter(({ name }) => !held.has(name)).map((node) => limit(() => step(node))),
    ...abandoned.map((node) => limit(() => release(context, node, uid, run))),
  ]);
  return { ready, blockedBy, heldBy: new Set(held.values()) };
}
