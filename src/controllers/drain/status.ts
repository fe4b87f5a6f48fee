/** What a drain says of itself. Pure. */
import type {
  Drain,
  DrainBlockedPod,
  DrainNode,
  DrainPhase,
  DrainPod,
  DrainStatus,
} from '../../resources/fleet/drain.ts';
import { groupedBy } from '../../values/grouped-by.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { withCondition } from '../conditions.ts';
import type { NodeProgress } from '../draining/drain-node.ts';
import { isOver } from '../draining/holders.ts';
import type { NodeInfo } from '../views/node-info.ts';

/** After this look. */
export interface DrainState {
  readonly all: readonly NodeInfo[];
  readonly drained: ReadonlySet<string>;
  /** By name, of the nodes at work. */
  readonly progress: ReadonlyMap<string, NodeProgress>;
  /** By name, of the nodes not at work: how many pods have to go. */
  readonly waiting: ReadonlyMap<string, number>;
  /** By name, of those: who empties them at the moment. */
  readonly held: ReadonlyMap<string, string>;
  /** Names that no node has. */
  readonly missing: readonly string[];
  readonly ending: 'Cancelled' | 'Failed' | undefined;
}

/** A status is written at each step: it must not grow with the fleet. */
const NODES_TOLD = 500;
const BLOCKED_TOLD = 100;
const PODS_TOLD = 100;
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

function nodeEntry(name: string, { drained, progress, waiting, held }: DrainState): DrainNode {
  const here = progress.get(name);
  if (drained.has(name)) {
    return { name, state: 'Drained', podsRemaining: 0 };
  }
  const holder = held.get(name);
  const told = here === undefined ? holder && `${holder} empties it` : (here.refusal ?? here.blocked[0]?.message);
  const message = told === undefined ? {} : { message: told };
  if (here === undefined) {
    return { name, state: 'Pending', podsRemaining: waiting.get(name) ?? 0, ...message };
  }
  const { remaining, ending } = here;
  const state = isBlocked(here) ? 'Blocked' : 'Draining';
  return { name, state, podsRemaining: remaining, ...(ending === 0 ? {} : { podsEnding: ending }), ...message };
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

const noNode = (missing: readonly string[]): string =>
  missing.length === 0 ? 'No node is meant' : `No such nodes: ${missing.slice(0, 10).join(', ')}`;

function conditionsOf(drain: Drain, phase: DrainPhase, state: DrainState, nowMs: number): DrainStatus['conditions'] {
  const all = [...state.progress.values()];
  const blocked = all.flatMap((one) => one.blocked);
  const refusals = all.flatMap(({ refusal }) => refusal ?? []);
  const complete = {
    ...{ type: 'Complete', status: phase === 'Completed' ? 'True' : 'False' },
    reason: phase === 'Failed' ? 'DeadlineExceeded' : state.all.length === 0 ? 'NoNodes' : phase,
    message: state.all.length === 0 ? noNode(state.missing) : MESSAGES[phase],
  };
  const isAny = !isOver({ status: { phase } }) && blocked.length + refusals.length > 0;
  const blockage = {
    ...{ type: 'Blocked', status: isAny ? 'True' : 'False' },
    reason: !isAny ? 'NotBlocked' : blocked.length > 0 ? 'DisruptionBudget' : 'PodsNotDeletable',
    message: isAny ? blockedMessage(blocked, refusals) : '',
  };
  return withCondition(withCondition(drain.status?.conditions, complete, nowMs), blockage, nowMs);
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Those that are ending first. */
function podEntries(working: readonly NodeProgress[]): DrainPod[] {
  const all = working.flatMap(({ pods }) => pods);
  const inState = (wanted: DrainPod['state']): DrainPod[] => all.filter(({ state }) => state === wanted);
  return [...inState('Ending'), ...inState('Remaining')].slice(0, PODS_TOLD);
}

export function drainStatus(drain: Drain, state: DrainState, nowMs: number): DrainStatus {
  const phase = phaseOf(drain, state);
  const working = [...state.progress].filter(([name]) => !state.drained.has(name)).map(([, progress]) => progress);
  const blocked = working.flatMap((progress) => progress.blocked);
  const pods = podEntries(working);
  const isDone = isOver({ status: { phase } });
  const { startTime, podsEvicted = 0 } = drain.status ?? {};
  return {
    phase,
    observedGeneration: drain.metadata.generation ?? 0,
    startTime: startTime ?? formatTime(nowMs),
    ...(isDone ? { completionTime: formatTime(nowMs) } : {}),
    nodesTotal: state.all.length,
    nodesDraining: isDone ? 0 : working.length,
    nodesDrained: state.drained.size,
    podsEvicted: podsEvicted + sumOf([...state.progress.values()].map(({ evicted }) => evicted)),
    podsRemaining: sumOf([...working.map(({ remaining }) => remaining), ...state.waiting.values()]),
    podsEnding: sumOf(working.map(({ ending }) => ending)),
    podsBlocked: blocked.length,
    nodes: nodeEntries(state),
    ...(state.missing.length === 0 ? {} : { nodesMissing: [...state.missing] }),
    ...(pods.length === 0 ? {} : { pods }),
    ...(blocked.length === 0 ? {} : { blockedPods: blocked.slice(0, BLOCKED_TOLD) }),
    conditions: conditionsOf(drain, phase, state, nowMs) ?? [],
  };
}
