/** What a drain says of itself. Pure. */
import type { Drain, DrainBlockedPod, DrainNode, DrainPhase, DrainStatus } from '../../resources/fleet/drain.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { withCondition } from '../conditions.ts';
import type { NodeProgress } from '../draining/drain-node.ts';
import { groupedBy } from '../grouped-by.ts';
import type { NodeInfo } from '../views/node-info.ts';

/** After this look. */
export interface DrainState {
  readonly all: readonly NodeInfo[];
  readonly drained: ReadonlySet<string>;
  /** By name, of the nodes at work. */
  readonly progress: ReadonlyMap<string, NodeProgress>;
  readonly ending: 'Cancelled' | 'Failed' | undefined;
}

/** A status is written at each step: it must not grow with the fleet. */
const NODES_TOLD = 500;
const BLOCKED_TOLD = 100;
const TERMINAL: ReadonlySet<string | undefined> = new Set(['Completed', 'Failed', 'Cancelled']);

export const isOver = ({ status }: Drain): boolean => TERMINAL.has(status?.phase);

const isBlocked = ({ remaining, blocked, refusal }: NodeProgress): boolean =>
  refusal !== undefined || (blocked.length > 0 && blocked.length === remaining);

function phaseOf({ spec = {} }: Drain, { all, drained, progress, ending }: DrainState): DrainPhase {
  if (ending !== undefined) {
    return ending;
  }
  if (drained.size === all.length) {
    return 'Completed';
  }
  if (spec.paused === true) {
    return 'Paused';
  }
  const atWork = [...progress.values()].filter(({ remaining }) => remaining > 0);
  if (atWork.length > 0 && atWork.every(isBlocked)) {
    return 'Blocked';
  }
  return progress.size + drained.size === 0 ? 'Pending' : 'Draining';
}

function nodeEntry(name: string, { drained, progress }: DrainState): DrainNode {
  const here = progress.get(name);
  if (here === undefined || drained.has(name)) {
    return { name, state: drained.has(name) ? 'Drained' : 'Pending', podsRemaining: 0 };
  }
  const message = here.refusal ?? here.blocked[0]?.message;
  const state = isBlocked(here) ? 'Blocked' : 'Draining';
  return { name, state, podsRemaining: here.remaining, ...(message === undefined ? {} : { message }) };
}

const ORDER = ['Blocked', 'Draining', 'Pending', 'Drained'];

function nodeEntries(state: DrainState): DrainNode[] {
  const entries = state.all.map(({ name }) => nodeEntry(name, state));
  return ORDER.flatMap((wanted) => entries.filter((entry) => entry.state === wanted)).slice(0, NODES_TOLD);
}

const MESSAGES: Readonly<Record<DrainPhase, string>> = {
  Pending: 'No node has been begun',
  Draining: 'Pods are being evicted',
  Paused: 'The drain is paused',
  Blocked: 'No pod may be evicted at the moment',
  Completed: 'All nodes are empty',
  Failed: 'The deadline has passed',
  Cancelled: 'The drain was cancelled',
};

function blockedMessage(blocked: readonly DrainBlockedPod[], refusals: readonly string[]): string {
  const budgets = groupedBy(blocked, ({ namespace, budget }) => (budget === undefined ? '' : `${namespace}/${budget}`));
  const tell = ([budget, pods]: [string, readonly DrainBlockedPod[]]): string =>
    budget === '' ? (pods[0]?.message ?? '') : `${pods.length} pods wait for the disruption budget ${budget}`;
  return [...[...budgets].map(tell), ...refusals].slice(0, 10).join('; ');
}

function conditionsOf(drain: Drain, phase: DrainPhase, state: DrainState, nowMs: number): DrainStatus['conditions'] {
  const all = [...state.progress.values()];
  const blocked = all.flatMap((one) => one.blocked);
  const refusals = all.flatMap(({ refusal }) => refusal ?? []);
  const complete = {
    ...{ type: 'Complete', status: phase === 'Completed' ? 'True' : 'False' },
    reason: phase === 'Failed' ? 'DeadlineExceeded' : state.all.length === 0 ? 'NoNodes' : phase,
    message: state.all.length === 0 ? 'No node is meant' : MESSAGES[phase],
  };
  const isAny = !TERMINAL.has(phase) && blocked.length + refusals.length > 0;
  const blockage = {
    ...{ type: 'Blocked', status: isAny ? 'True' : 'False' },
    reason: !isAny ? 'NotBlocked' : blocked.length > 0 ? 'DisruptionBudget' : 'PodsNotDeletable',
    message: isAny ? blockedMessage(blocked, refusals) : '',
  };
  return withCondition(withCondition(drain.status?.conditions, complete, nowMs), blockage, nowMs);
}

export function drainStatus(drain: Drain, state: DrainState, nowMs: number): DrainStatus {
  const phase = phaseOf(drain, state);
  const working = [...state.progress].filter(([name]) => !state.drained.has(name)).map(([, progress]) => progress);
  const blocked = working.flatMap((progress) => progress.blocked);
  const evicted = [...state.progress.values()].reduce((sum, progress) => sum + progress.evicted, 0);
  const { startTime, podsEvicted = 0 } = drain.status ?? {};
  return {
    phase,
    observedGeneration: drain.metadata.generation ?? 0,
    startTime: startTime ?? formatTime(nowMs),
    ...(TERMINAL.has(phase) ? { completionTime: formatTime(nowMs) } : {}),
    nodesTotal: state.all.length,
    nodesDraining: TERMINAL.has(phase) ? 0 : working.length,
    nodesDrained: state.drained.size,
    podsEvicted: podsEvicted + evicted,
    podsRemaining: working.reduce((sum, { remaining }) => sum + remaining, 0),
    podsBlocked: blocked.length,
    nodes: nodeEntries(state),
    ...(blocked.length === 0 ? {} : { blockedPods: blocked.slice(0, BLOCKED_TOLD) }),
    conditions: conditionsOf(drain, phase, state, nowMs) ?? [],
  };
}
