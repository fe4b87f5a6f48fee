/**
 * fleet.flotilla.dev Drain: cordons nodes, so many at a time, and evicts their pods as disruption budgets allow, until
 * they are empty. What it has done stands on the nodes themselves; every look begins from there.
 */
import pLimit from 'p-limit';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { Drain } from '../../resources/fleet/drain.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { drainNode, type NodeProgress } from '../draining/drain-node.ts';
import { cordon, markDrained, noteOf, release } from '../draining/drain-note.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { nameKey, onSpecChange } from '../workload-triggers.ts';
import { writeStatus } from '../write-status.ts';
import { type DrainPlan, planDrain } from './plan.ts';
import { type DrainState, drainStatus, isOver } from './status.ts';

const NAME = 'controller/drain';
const DRAINS = 'drains.fleet.flotilla.dev';
const AT_ONCE = 20;
const PROGRESS_MS = 250;
const WAITING_MS = 1_000;
/** As kubectl drain tries again. */
const BLOCKED_MS = 5_000;

export const drainController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(DRAINS, NAME, nameKey)],
  create: (context) => {
    const emit = context.events('drain-controller');
    const reconcile = async (name: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const stored = await context.registry.find(DRAINS, '', name);
      const drain = stored === undefined ? undefined : decodeObject<Drain>(stored);
      return drain === undefined || isOver(drain) ? {} : reconcileDrain(context, emit, drain, run);
    };
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};

async function reconcileDrain(
  context: ControllerContext,
  emit: Emit,
  drain: Drain,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { views, clock } = context;
  const { uid = '' } = drain.metadata;
  const podCount = (node: string): number => [...views.podsOn(node)].length;
  const plan = planDrain(drain.spec ?? {}, uid, views.nodes.values(), podCount);
  const ending = endingOf(drain, clock.now());
  const state = ending === undefined ? await work(context, drain, plan, run) : stopped(plan, ending);
  if (ending === 'Cancelled' && drain.spec?.uncordonOnCancel === true) {
    const ours = [...views.nodes.values()].filter((node) => noteOf(node, uid) !== undefined);
    await each(ours, (node) => release(context, node, uid, run));
  }
  await tell(context, emit, drain, state, run);
  return isOver({ ...drain, status: drainStatus(drain, state, clock.now()) })
    ? {}
    : { requeueAfterMs: nextLook(drain, state, clock.now()) };
}

const deadlineOf = ({ spec, status, metadata }: Drain): number => {
  const started = parseTime(status?.startTime) ?? parseTime(metadata.creationTimestamp) ?? 0;
  return spec?.deadlineSeconds === undefined ? Number.POSITIVE_INFINITY : started + spec.deadlineSeconds * 1_000;
};

function endingOf(drain: Drain, nowMs: number): DrainState['ending'] {
  if (drain.spec?.cancelled === true || drain.metadata.deletionTimestamp !== undefined) {
    return 'Cancelled';
  }
  return nowMs >= deadlineOf(drain) ? 'Failed' : undefined;
}

const stopped = ({ all, drained }: DrainPlan, ending: DrainState['ending']): DrainState => ({
  ...{ all, ending, progress: new Map() },
  drained: new Set(drained.map(({ name }) => name)),
});

/** One step of every node that is at work. */
async function work(
  context: ControllerContext,
  { spec = {}, metadata: { uid = '' } }: Drain,
  plan: DrainPlan,
  run: ReconcileContext,
): Promise<DrainState> {
  const isPaused = spec.paused === true;
  const drained = new Set(plan.drained.map(({ name }) => name));
  const progress = new Map<string, NodeProgress>();
  await each(isPaused ? plan.active : [...plan.active, ...plan.starting], async (node) => {
    if (!isPaused) {
      // First, so that nothing new comes while pods go.
      await cordon(context, node, uid, run);
    }
    const here = await drainNode(context, node.name, spec, run, isPaused);
    progress.set(node.name, here);
    if (here.remaining === 0 && !isPaused) {
      await markDrained(context, node, uid, run);
      drained.add(node.name);
    }
  });
  return { all: plan.all, drained, progress, ending: undefined };
}

function each(nodes: readonly NodeInfo[], run: (node: NodeInfo) => Promise<void>): Promise<unknown> {
  const limit = pLimit(AT_ONCE);
  return Promise.all(nodes.map((node) => limit(() => run(node))));
}

async function tell(
  { registry, clock }: ControllerContext,
  emit: Emit,
  drain: Drain,
  state: DrainState,
  { lease }: ReconcileContext,
): Promise<void> {
  const status = drainStatus(drain, state, clock.now());
  await writeStatus(registry, DRAINS, drain, () => status, lease);
  if (status.phase !== drain.status?.phase && status.phase !== undefined) {
    const condition = status.conditions?.find(
      ({ type }) => type === (status.phase === 'Blocked' ? 'Blocked' : 'Complete'),
    );
    const isBad = status.phase === 'Blocked' || status.phase === 'Failed';
    const counts = `${status.nodesDrained} of ${status.nodesTotal} nodes are empty`;
    emit(drain, isBad ? 'Warning' : 'Normal', status.phase, `${condition?.message}; ${counts}`);
  }
}

function nextLook(drain: Drain, { progress, drained }: DrainState, nowMs: number): number {
  const all = [...progress.values()];
  const before = drain.status?.nodesDrained ?? 0;
  const hasMoved = drained.size > before || all.some(({ evicted }) => evicted > 0);
  const isStuck = all.length > 0 && all.every(({ blocked, refusal }) => blocked.length > 0 || refusal !== undefined);
  const wait = hasMoved ? PROGRESS_MS : isStuck || drain.spec?.paused === true ? BLOCKED_MS : WAITING_MS;
  return Math.max(1, Math.min(wait, deadlineOf(drain) - nowMs));
}
