/** Which nodes are given which KubeletConfigs now, and what is said of that. Pure. */
import type { KubeletConfig, KubeletConfigStatus } from '../../resources/fleet/kubelet-config.ts';
import {
  type Assignment,
  assignmentKey,
  type Layer,
  type LayerRef,
  verdictOf,
} from '../../values/kubelet-configuration/assignment.ts';
import { withCondition } from '../conditions.ts';
import { scaledValue } from '../int-or-percent.ts';
import { isReady, type NodeInfo } from '../views/node-info.ts';

/** What the node names: its pool's and its own. */
export interface Wanted {
  readonly pool: string;
  readonly own: string;
}
export type FindLayer = (name: string) => Omit<Layer, 'from'> | undefined;

/** A name that stands for nothing leaves what the node has from there. */
export function nextAssignment<L extends LayerRef>(
  before: Assignment<L>,
  { pool, own }: Wanted,
  find: (name: string) => Omit<L, 'from'> | undefined,
): Assignment<L> {
  const layers: L[] = [];
  const missing: string[] = [];
  for (const [from, name] of [['pool', pool] as const, ['node', own] as const]) {
    const found = name === '' ? undefined : find(name);
    const kept = before.layers.find((layer) => layer.from === from);
    if (found !== undefined) {
      layers.push({ ...found, from } as L);
    } else if (name !== '') {
      missing.push(name);
      layers.push(...(kept === undefined ? [] : [kept]));
    }
  }
  return { layers, ...(missing.length === 0 ? {} : { missing }) };
}

export interface RolloutPlan {
  /** To be given what they want, now. */
  readonly now: readonly NodeInfo[];
  /** Those that will have their turn. */
  readonly waiting: number;
  /** Those that have what they want and say so. */
  readonly updated: number;
  readonly failed: readonly NodeInfo[];
}

const NOTHING: Assignment<LayerRef> = { layers: [] };

/** `wants`: nodes that name the config, or still have it. */
export function planRollout(
  config: KubeletConfig | undefined,
  wants: ReadonlyMap<NodeInfo, Wanted>,
  find: FindLayer,
): RolloutPlan {
  const stale: NodeInfo[] = [];
  const failed: NodeInfo[] = [];
  let [updated, unavailable] = [0, 0];
  for (const [node, wanted] of wants) {
    const { assigned = NOTHING, status = '', message = '' } = node.kubeletConfig ?? {};
    const next = nextAssignment(assigned, wanted, find);
    if (assignmentKey(assigned) !== assignmentKey(next)) {
      stale.push(node);
      continue;
    }
    const isSeen = verdictOf(next) === undefined || (status === 'True' && message === verdictOf(next)?.message);
    updated += isSeen ? 1 : 0;
    unavailable += isSeen && isReady(node) ? 0 : 1;
    if (status === 'False') {
      failed.push(node);
    }
  }
  // Without the config nothing new is handed out, so there is nothing to be careful with.
  const most = config?.spec?.rollout?.maxUnavailable ?? '100%';
  // A node that is down already has nothing to lose, but counts among those that are.
  const [down, up] = [stale.filter((node) => !isReady(node)), stale.filter(isReady)];
  const room = Math.max(0, Math.max(1, scaledValue(most, wants.size, Math.floor)) - unavailable - down.length);
  return { now: [...down, ...up.slice(0, room)], waiting: Math.max(0, up.length - room), updated, failed };
}

export function configStatus(
  config: KubeletConfig,
  nodes: number,
  { updated, failed }: RolloutPlan,
  nowMs: number,
): KubeletConfigStatus {
  const [first] = failed;
  const counts = `${updated} of ${nodes} nodes have generation ${config.metadata.generation}`;
  const verdict =
    first !== undefined
      ? { status: 'False', reason: 'NodesFailed', message: `${counts}; ${first.name}: ${first.kubeletConfig?.message}` }
      : updated === nodes
        ? { status: 'True', reason: 'AllNodesUpdated', message: counts }
        : { status: 'False', reason: 'RollingOut', message: counts };
  return {
    observedGeneration: config.metadata.generation ?? 0,
    ...{ nodes, updatedNodes: updated, failedNodes: failed.length },
    conditions: withCondition(config.status?.conditions, { type: 'ConfigOk', ...verdict }, nowMs),
  };
}
