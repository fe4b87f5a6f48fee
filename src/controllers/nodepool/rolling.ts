/** Nodes of an older template: which there are, and how many may go or come beside the wanted ones. Pure. */
import { noteOf } from '../draining/drain-note.ts';
import { scaledValue } from '../int-or-percent.ts';
import type { NodePool } from '../kinds/node-pool.ts';
import { isReady, type NodeInfo } from '../views/node-info.ts';
import { poolHash } from './pool-node.ts';

export interface Rolling {
  /** Of an older template and still there. */
  readonly stale: readonly NodeInfo[];
  /** Among them, to be emptied and then removed: begun before, and to begin now. */
  readonly draining: readonly NodeInfo[];
  /** Begun before, and not to go any more: of the template again, or the strategy is another now. */
  readonly abandoned: readonly NodeInfo[];
  /** How many nodes there may be beside the wanted ones. */
  readonly surge: number;
}

/** Nodes without a hash are of an older version of the program, and so of an older template. */
export function planRolling(pool: NodePool, nodes: readonly NodeInfo[]): Rolling {
  const { replicas: wanted = 1, autoscaling, updateStrategy = {} } = pool.spec ?? {};
  const { type, rollingUpdate = {} } = updateStrategy;
  const hash = poolHash(pool);
  const alive = nodes.filter(({ deleting }) => !deleting);
  const stale = alive.filter(({ templateHash }) => templateHash !== hash);
  const isBegun = (node: NodeInfo): boolean => noteOf(node, pool.metadata.uid) !== undefined;
  if (type !== 'RollingUpdate' || stale.length === 0) {
    // The autoscaler empties nodes too, and gives back its own.
    return { stale: [], draining: [], surge: 0, abandoned: autoscaling === undefined ? alive.filter(isBegun) : [] };
  }
  const maxSurge = scaledValue(rollingUpdate.maxSurge ?? 0, wanted, Math.ceil);
  const unavailable = scaledValue(rollingUpdate.maxUnavailable ?? 1, wanted, Math.floor);
  // Both may round to nothing; it must go on. Source: controller/deployment/util, ResolveFenceposts.
  const maxUnavailable = maxSurge === 0 && unavailable === 0 ? 1 : unavailable;
  const available = alive.filter((node) => isReady(node) && !isBegun(node)).length;
  const spare = Math.max(0, available - (wanted - maxUnavailable));
  const waiting = stale.filter((node) => !isBegun(node));
  return {
    stale,
    abandoned: alive.filter((node) => isBegun(node) && !stale.includes(node)),
    surge: Math.min(maxSurge, stale.length),
    draining: [
      ...stale.filter(isBegun),
      // One that is not ready is missed by nobody.
      ...waiting.filter((node) => !isReady(node)),
      ...waiting.filter(isReady).slice(0, spare),
    ],
  };
}
