/** The taints a node must have for its conditions, and the change that brings them about. Pure. */

import { formatTime } from '../../values/rfc3339.ts';
import type { Taint } from '../kinds/node.ts';
import type { NodeInfo } from '../views/node-info.ts';

const PREFIX = 'node.kubernetes.io/';
export const NOT_READY = `${PREFIX}not-ready`;
export const UNREACHABLE = `${PREFIX}unreachable`;
const UNSCHEDULABLE = `${PREFIX}unschedulable`;
/** Condition type and the status that taints. */
const BY_CONDITION: readonly (readonly [string, string, string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', `${PREFIX}memory-pressure`],
  ['DiskPressure', 'True', `${PREFIX}disk-pressure`],
  ['NetworkUnavailable', 'True', `${PREFIX}network-unavailable`],
  ['PIDPressure', 'True', `${PREFIX}pid-pressure`],
];
const OURS = new Set([...BY_CONDITION.map(([, , key]) => key), UNSCHEDULABLE]);

type Health = Pick<NodeInfo, 'conditions' | 'unschedulable'>;

function schedulingKeys({ conditions, unschedulable }: Health): string[] {
  const keys = BY_CONDITION.filter(([type, status]) => conditions[type] === status).map(([, , key]) => key);
  return unschedulable ? [...keys, UNSCHEDULABLE] : keys;
}

/** The NoExecute taint of an unhealthy node; undefined: it is healthy, or never reported. */
export const evictionKey = ({ conditions }: Pick<NodeInfo, 'conditions'>): string | undefined =>
  ({ False: NOT_READY, Unknown: UNREACHABLE })[conditions['Ready'] ?? ''];

/** `evict`: whether the node's NoExecute taint may stand. undefined: nothing to change. Foreign taints stay. */
export function wantedTaints(
  health: Health,
  taints: readonly Taint[],
  evict: boolean,
  nowMs: number,
): Taint[] | undefined {
  const execute = evict ? evictionKey(health) : undefined;
  const wanted = [
    ...schedulingKeys(health).map((key) => ({ key, effect: 'NoSchedule' })),
    ...(execute === undefined ? [] : [{ key: execute, effect: 'NoExecute' }]),
  ];
  const isManaged = ({ key, effect }: Taint): boolean =>
    (effect === 'NoSchedule' && OURS.has(key)) ||
    (effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE));
  const isWanted = (taint: Taint): boolean =>
    wanted.some(({ key, effect }) => key === taint.key && effect === taint.effect);
  const kept = taints.filter((taint) => !isManaged(taint) || isWanted(taint));
  const missing = wanted.filter(
    ({ key, effect }) => !taints.some((taint) => taint.key === key && taint.effect === effect),
  );
  if (missing.length === 0 && kept.length === taints.length) {
    return undefined;
  }
  return [...kept, ...missing.map((taint) => ({ ...taint, timeAdded: formatTime(nowMs) }))];
}

export const isGivenUp = ({ taints }: Pick<NodeInfo, 'taints'>): boolean =>
  taints.some(({ key, effect }) => effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE));
