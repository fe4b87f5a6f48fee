/** Which nodes a NodePool creates and removes, and what it says of itself. Pure. */

import { POOL_LABEL } from '../../values/node-labels.ts';
import { type Condition, withCondition, withoutCondition } from '../conditions.ts';
import { noteOf } from '../draining/drain-note.ts';
import type { NodePool, NodePoolStatus } from '../kinds/node-pool.ts';

import { isReady, type NodeInfo } from '../views/node-info.ts';
import { nodeIndex, nodeName, poolHash } from './pool-node.ts';

export interface PoolPlan {
  /** Indexes to create, lowest free first. */
  readonly create: readonly number[];
  /** To delete, highest index first. */
  readonly remove: readonly NodeInfo[];
  /** Names of the pool's that nodes of others have; they are passed over. */
  readonly foreign: readonly string[];
}

/**
 * At most `limit` steps of either kind; `isTaken`: a node of that name exists, whoever's it is. `surge`: so many more
 * for a while.
 */
export function planPool(
  pool: NodePool,
  nodes: readonly NodeInfo[],
  isTaken: (name: string) => boolean,
  limit: number,
  surge = 0,
): PoolPlan {
  const { name } = pool.metadata;
  const wanted = (pool.spec?.replicas ?? 1) + surge;
  const alive = nodes.filter(({ deleting }) => !deleting);
  const hash = poolHash(pool);
  /** First those that are on their way out, then those of an older template. */
  const rank = (node: NodeInfo): number =>
    noteOf(node, pool.metadata.uid) !== undefined ? 0 : node.templateHash === hash ? 2 : 1;
  const indexOf = (node: NodeInfo): number => nodeIndex(name, node.name) ?? Number.POSITIVE_INFINITY;
  const remove = [...alive].sort((a, b) => rank(a) - rank(b) || indexOf(b) - indexOf(a) || (a.name < b.name ? 1 : -1));
  const own = new Set(nodes.map((node) => node.name));
  const create: number[] = [];
  const foreign: string[] = [];
  const missing = Math.min(limit, wanted - alive.length);
  const usual = Math.min(wanted, alive.length + limit);
  for (let index = 0; create.length < missing || index < usual; index += 1) {
    const candidate = nodeName(name, index);
    if (isTaken(candidate)) {
      foreign.push(...(own.has(candidate) ? [] : [candidate]));
    } else if (create.length < missing) {
      create.push(index);
    }
  }
  return { create, remove: remove.slice(0, Math.max(0, Math.min(limit, alive.length - wanted))), foreign };
}

/** Condition of a pool whose next names are taken. */
const CONFLICT = 'NameConflict';

function withConflict(
  conditions: readonly Condition[],
  [first, ...more]: readonly string[],
  nowMs: number,
): readonly Condition[] {
  if (first === undefined) {
    return withoutCondition(conditions, CONFLICT);
  }
  const message = `Not of this pool, passed over: ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  return withCondition(conditions, { type: CONFLICT, status: 'True', reason: 'NodeExists', message }, nowMs);
}

export interface RollingProgress {
  /** Nodes that are still to be replaced. */
  readonly stale: number;
  readonly blockedBy: readonly string[];
  /** Others that empty nodes which are to be replaced. */
  readonly heldBy: readonly string[];
}

function rollingCondition({ stale, blockedBy, heldBy }: RollingProgress, alive: number) {
  const first = (names: readonly string[]): string => names.slice(0, 5).join(', ');
  const budgets = blockedBy.length === 0 ? '' : `; waits for disruption budgets: ${first(blockedBy)}`;
  const waiting = heldBy.length === 0 ? budgets : `${budgets}; waits for ${first(heldBy)}`;
  const message = `${alive - stale} of ${alive} nodes are of the current template${waiting}`;
  return { status: 'True', reason: 'RollingUpdate', message };
}

export function poolStatus(
  pool: NodePool,
  nodes: readonly NodeInfo[],
  foreign: readonly string[],
  nowMs: number,
  rolling: RollingProgress = { stale: 0, blockedBy: [], heldBy: [] },
): NodePoolStatus {
  const wanted = pool.spec?.replicas ?? 1;
  const alive = nodes.filter(({ deleting }) => !deleting);
  const ready = alive.filter(isReady).length;
  // A surge, or nodes that are still to go, take nothing away.
  const said = ready >= wanted;
  const message =
    ready > wanted ? `${ready} nodes are ready, ${wanted} are wanted` : `${ready} of ${wanted} nodes are ready`;
  const progressing =
    rolling.stale > 0
      ? rollingCondition(rolling, alive.length)
      : alive.length === wanted
        ? { status: 'False', reason: 'Settled', message: `${wanted} nodes exist` }
        : {
            status: 'True',
            reason: alive.length < wanted ? 'ScalingUp' : 'ScalingDown',
            message: `${alive.length} of ${wanted} nodes exist`,
          };
  const readiness = { status: said ? 'True' : 'False', reason: said ? 'AllNodesReady' : 'NodesNotReady', message };
  const conditions = withCondition(pool.status?.conditions, { type: 'Ready', ...readiness }, nowMs);
  return {
    replicas: alive.length,
    readyReplicas: ready,
    updatedReplicas: alive.filter(({ templateHash }) => templateHash === poolHash(pool)).length,
    ...(pool.status?.lastScaleTime === undefined ? {} : { lastScaleTime: pool.status.lastScaleTime }),
    observedGeneration: pool.metadata.generation ?? 0,
    selector: `${POOL_LABEL}=${pool.metadata.name}`,
    conditions: [
      ...withConflict(withCondition(conditions, { type: 'Progressing', ...progressing }, nowMs), foreign, nowMs),
    ],
  };
}
