/** Which nodes a NodePool creates and removes, and what it says of itself. Pure. */
import { withCondition } from '../conditions.ts';
import { type NodePool, type NodePoolStatus, POOL_LABEL } from '../kinds/node-pool.ts';
import { isReady, type NodeInfo } from '../views/node-info.ts';
import { nodeIndex, nodeName } from './pool-node.ts';

export interface PoolPlan {
  /** Indexes to create, lowest free first. */
  readonly create: readonly number[];
  /** To delete, highest index first. */
  readonly remove: readonly NodeInfo[];
}

/** At most `limit` steps of either kind; `isTaken`: a node of that name exists, whoever's it is. */
export function planPool(
  pool: NodePool,
  nodes: readonly NodeInfo[],
  isTaken: (name: string) => boolean,
  limit: number,
): PoolPlan {
  const { name } = pool.metadata;
  const wanted = pool.spec?.replicas ?? 1;
  const alive = nodes.filter(({ deleting }) => !deleting);
  const indexOf = (node: NodeInfo): number => nodeIndex(name, node.name) ?? Number.POSITIVE_INFINITY;
  const remove = [...alive].sort((a, b) => indexOf(b) - indexOf(a) || (a.name < b.name ? 1 : -1));
  const create: number[] = [];
  for (let index = 0; create.length < Math.min(limit, wanted - alive.length); index += 1) {
    if (!isTaken(nodeName(name, index))) {
      create.push(index);
    }
  }
  return { create, remove: remove.slice(0, Math.max(0, Math.min(limit, alive.length - wanted))) };
}

export function poolStatus(pool: NodePool, nodes: readonly NodeInfo[], nowMs: number): NodePoolStatus {
  const wanted = pool.spec?.replicas ?? 1;
  const alive = nodes.filter(({ deleting }) => !deleting);
  const ready = alive.filter(isReady).length;
  const said = ready === alive.length && alive.length === wanted;
  const message = `${ready} of ${wanted} nodes are ready`;
  const progressing =
    alive.length === wanted
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
    observedGeneration: pool.metadata.generation ?? 0,
    selector: `${POOL_LABEL}=${pool.metadata.name}`,
    conditions: withCondition(conditions, { type: 'Progressing', ...progressing }, nowMs),
  };
}
