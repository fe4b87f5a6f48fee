/**
 * fleet.flotilla.dev Drain: cordons nodes, so many at a time, and evicts their pods as disruption budgets allow, until
 * they are empty. What it has done stands on the nodes themselves; every look begins from there.
 */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { Drain } from '../../resources/fleet/drain.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { noteOf, release } from '../draining/drain-note.ts';
import { holdersOf, isOver } from '../draining/holders.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import { nameKey, onSpecChange } from '../workload-triggers.ts';
import { writeStatus } from '../write-status.ts';
import { holdDrain, letDrainGo } from './hold-drain.ts';
import { planDrain } from './plan.ts';
import { type DrainState, drainStatus } from './status.ts';
import { eachNode, stepNodes, stopNodes } from './step-nodes.ts';

const NAME = 'controller/drain';
const DRAINS = 'drains.fleet.flotilla.dev';
const PROGRESS_MS = 250;
const WAITING_MS = 1_000;
/** As kubectl drain tries again. */
const BLOCKED_MS = 5_000;
const MISSING_TOLD = 100;

export const drainController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(DRAINS, NAME, nameKey)],
  create: (context) => {
    const emit = context.events('drain-controller');
    const reconcile = async (name: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const stored = await context.registry.find(DRAINS, '', name);
      const drain = stored === undefined ? undefined : decodeObject<Drain>(stored);
      if (drain === undefined) {
        return {};
      }
      const result = isOver(drain) ? {} : await reconcileDrain(context, emit, drain, run);
      if (result.requeueAfterMs === undefined) {
        await letDrainGo(context, drain, run);
      }
      return result;
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
  const { uid = '', deletionTimestamp } = drain.metadata;
  const podCount = (node: string): number => [...views.podsOn(node)].length;
  const ending = endingOf(drain, clock.now());
  if (ending === undefined) {
    await holdDrain(context, drain, run);
  }
  const planned = planDrain(drain.spec ?? {}, uid, views.nodes.values(), podCount);
  const { held, mayTake } = await holdersOf(context, planned.waiting, uid);
  const plan = { ...planned, held };
  const missing = missingNodes(drain, (name) => views.nodes.get('', name) !== undefined);
  const reached = await (ending === undefined
    ? stepNodes(context, drain, plan, mayTake, run)
    : stopNodes(context, drain, plan, ending));
  const state = { ...reached, missing };
  if (ending === 'Cancelled' && (drain.spec?.uncordonOnCancel === true || deletionTimestamp !== undefined)) {
    const ours = [...views.nodes.values()].filter((node) => noteOf(node, uid) !== undefined);
    await eachNode(ours, (node) => release(context, node, uid, run));
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

/** Names that were none when the drain began: nodes that go later are no mistake. */
function missingNodes({ spec, status }: Drain, exists: (name: string) => boolean): readonly string[] {
  return status?.startTime === undefined
    ? (spec?.nodeNames ?? []).filter((name) => !exists(name)).slice(0, MISSING_TOLD)
    : (status.nodesMissing ?? []);
}

function endingOf(drain: Drain, nowMs: number): DrainState['ending'] {
  if (drain.spec?.cancelled === true || drain.metadata.deletionTimestamp !== undefined) {
    return 'Cancelled';
  }
  return nowMs >= deadlineOf(drain) ? 'Failed' : undefined;
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

function nextLook(drain: Drain, { progress, drained, held }: DrainState, nowMs: number): number {
  const all = [...progress.values()];
  const before = drain.status?.nodesDrained ?? 0;
  const hasBegun = all.length > (drain.status?.nodesDraining ?? 0);
  const hasMoved = hasBegun || drained.size > before || all.some(({ evicted }) => evicted > 0);
  const isAtWork = all.length > 0 || held.size > 0;
  const isStuck = isAtWork && all.every(({ blocked, refusal }) => blocked.length > 0 || refusal !== undefined);
  const wait = hasMoved ? PROGRESS_MS : isStuck || drain.spec?.paused === true ? BLOCKED_MS : WAITING_MS;
  return Math.max(1, Math.min(wait, deadlineOf(drain) - nowMs));
}
