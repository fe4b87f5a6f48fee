/** fleet.flotilla.dev NodePool: as many nodes as asked, thousands a pass, with the progress in its status. */
import pLimit from 'p-limit';
import { StatusError, toError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Trigger } from '../../registry/registry.ts';
import { SHUTDOWN_ANNOTATION } from '../../values/node-labels.ts';
import type { KubeObject } from '../../values/object.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { Node } from '../kinds/node.ts';
import type { NodePool, NodePoolStatus } from '../kinds/node-pool.ts';
import { controllerOf } from '../owner-references.ts';
import { endPods, NODE_GONE } from '../pod-gc/end-pods.ts';
import { isReady, type NodeInfo } from '../views/node-info.ts';
import { nameKey, onSpecChange } from '../workload-triggers.ts';
import { writeStatus } from '../write-status.ts';
import { Autoscaler, SCAN_MS } from './autoscaler.ts';
import { AwayTimes } from './away-times.ts';
import { type PoolPlan, planPool, poolStatus } from './plan.ts';
import { nodeName, poolNode } from './pool-node.ts';
import { NO_REPAIR, planRepair } from './repair.ts';
import { replaceNodes } from './replace-nodes.ts';
import { planRolling } from './rolling.ts';

const NAME = 'controller/nodepool';
const POOLS = 'nodepools.fleet.flotilla.dev';
/** A pass; then the status shows the progress and other pools get their turn. */
const BATCH = 1_000;
const DELETES_AT_ONCE = 200;
const DRAINING_MS = 1_000;
/** As kubectl drain tries again. */
const BLOCKED_MS = 5_000;
const NOTHING = { draining: [], abandoned: [] };

const nodeChanged: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }) => {
    const owners = [before, after].flatMap((node) => (node === undefined ? [] : (controllerOf(node) ?? [])));
    const pools = new Set(owners.filter(({ kind }) => kind === 'NodePool').map(({ name }) => name));
    const matters =
      before === undefined ||
      after === undefined ||
      before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
      controllerOf(before)?.uid !== controllerOf(after)?.uid ||
      isToShutDown(before) !== isToShutDown(after) ||
      isAwayOnPurpose(before as Node) !== isAwayOnPurpose(after as Node) ||
      readiness(before as Node) !== readiness(after as Node);
    return matters ? [...pools].map((name) => ({ shard: NAME, key: name })) : [];
  },
};
const isToShutDown = ({ metadata }: KubeObject): boolean => metadata.annotations?.[SHUTDOWN_ANNOTATION] !== undefined;
/** Drained, perhaps: an uncordon has it repaired. */
const isAwayOnPurpose = (node: Node): boolean => node.spec?.unschedulable === true && readiness(node) !== 'True';
const readiness = ({ status }: Node): string | undefined => findCondition(status?.conditions, 'Ready')?.status;

export const nodePoolController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(POOLS, NAME, nameKey), nodeChanged],
  create: (context) => {
    const emit = context.events('nodepool-controller');
    const memory = { autoscaler: new Autoscaler(context, emit), away: new AwayTimes() };
    const reconcile = async (name: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const stored = await context.registry.find(POOLS, '', name);
      return stored === undefined ? {} : reconcilePool(context, emit, memory, decodeObject<NodePool>(stored), run);
    };
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};

interface Memory {
  readonly autoscaler: Autoscaler;
  readonly away: AwayTimes;
}
const isAway = (node: NodeInfo): boolean => !node.deleting && !isReady(node);

async function reconcilePool(
  context: ControllerContext,
  emit: Emit,
  memory: Memory,
  pool: NodePool,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { registry, views, clock } = context;
  const { uid } = pool.metadata;
  const nodes = [...views.nodesOf(uid)];
  const isTaken = (node: string): boolean => views.nodes.get('', node) !== undefined;
  const ending = pool.metadata.deletionTimestamp !== undefined;
  const rolling = planRolling(pool, nodes);
  const replaced = await replaceNodes(context, pool, ending ? NOTHING : rolling, run);
  const planned = planPool(pool, nodes, isTaken, BATCH, rolling.surge);
  const isWatched = !ending && pool.spec?.repair !== undefined;
  const awaySince = memory.away.look(uid, isWatched ? nodes.filter(isAway) : [], clock);
  const repair = ending ? NO_REPAIR : planRepair(pool, nodes, awaySince, clock.now());
  const plan = { ...planned, remove: [...new Set([...planned.remove, ...replaced.ready, ...repair.replace])] };
  const failures = ending ? [] : await carryOut(context, emit, pool, plan, run);
  for (const { name } of failures.length === 0 ? repair.replace : []) {
    emit(pool, 'Warning', 'NodeReplaced', `Node ${name} stayed NotReady: it is deleted and made anew`);
  }
  if (!ending && rolling.stale.length === 0) {
    await memory.autoscaler.look(pool, nodes, run);
  }
  const progress = { stale: rolling.stale.length, blockedBy: [...replaced.blockedBy], heldBy: [...replaced.heldBy] };
  const status = poolStatus(pool, nodes, plan.foreign, clock.now(), progress);
  const withScaleTime = ({ status: current }: NodePool): NodePoolStatus => {
    // The autoscaler writes it, perhaps in this very pass.
    const { lastScaleTime } = current ?? {};
    return { ...status, ...(lastScaleTime === undefined ? {} : { lastScaleTime }) };
  };
  await writeStatus(registry, POOLS, pool, withScaleTime, run.lease);
  const [failure] = failures;
  if (failure !== undefined) {
    throw failure;
  }
  // Every node created or removed makes the pool due again; a full pass goes on at once.
  const full = plan.create.length === BATCH || plan.remove.length === BATCH;
  if (ending) {
    return {};
  }
  if (full) {
    return { requeueAfterMs: 0 };
  }
  const isScaled = pool.spec?.autoscaling !== undefined;
  return rolling.draining.length > 0
    ? { requeueAfterMs: replaced.blockedBy.size + replaced.heldBy.size > 0 ? BLOCKED_MS : DRAINING_MS }
    : isScaled
      ? { requeueAfterMs: SCAN_MS }
      : repair.nextInMs === undefined
        ? {}
        : { requeueAfterMs: repair.nextInMs };
}

async function carryOut(
  context: ControllerContext,
  emit: Emit,
  pool: NodePool,
  plan: PoolPlan,
  run: ReconcileContext,
): Promise<Error[]> {
  const failures = [...(await createNodes(context, pool, plan, run)), ...(await removeNodes(context, plan, run))];
  const [created, removed] = [plan.create.length, plan.remove.length];
  if (created > 0 && plan.foreign.length > 0) {
    emit(pool, 'Warning', 'NameConflict', `Not of this pool, passed over: ${plan.foreign.slice(0, 5).join(', ')}`);
  }
  const [failure] = failures;
  if (failure !== undefined) {
    emit(pool, 'Warning', 'FailedScale', `${failures.length} nodes failed: ${failure.message}`);
  } else if (created + removed > 0) {
    const message = created > 0 ? `Created ${created} nodes` : `Removed ${removed} nodes`;
    emit(pool, 'Normal', created > 0 ? 'ScaledUp' : 'ScaledDown', message);
  }
  return failures;
}

/**
 * A new node is another machine: what ran on the one that had its name, whoever deleted that, is gone with it. A node
 * whose pods could not be ended is not made yet. Throws when the run is cut short, which keeps the pool due.
 */
async function createNodes(
  context: ControllerContext,
  pool: NodePool,
  { create }: PoolPlan,
  run: ReconcileContext,
): Promise<Error[]> {
  if (create.length === 0) {
    return [];
  }
  const { registry, views } = context;
  const nameOf = (index: number): string => nodeName(pool.metadata.name, index);
  const pods = create.flatMap((index) => [...views.podsOn(nameOf(index))]);
  const left = new Map((await endPods(context, pods, NODE_GONE, run)).map((pod) => [pod.nodeName, pod.error]));
  run.signal.throwIfAborted();
  const objects = create.filter((index) => !left.has(nameOf(index))).map((index) => poolNode(pool, index));
  const results = await registry.createAll('nodes', objects, { fence: run.lease });
  return [...left.values(), ...results.filter((result) => result instanceof Error)];
}

/**
 * With their pods: nobody but the collector, after its quarantine, would end them. Throws when the run is cut short,
 * which keeps the pool due.
 */
async function removeNodes(context: ControllerContext, { remove }: PoolPlan, run: ReconcileContext): Promise<Error[]> {
  if (remove.length === 0) {
    return [];
  }
  const { registry, views } = context;
  const { lease, signal } = run;
  const gone: string[] = [];
  const limit = pLimit(DELETES_AT_ONCE);
  const removeOne = async (name: string, uid: string): Promise<Error[]> => {
    if (signal.aborted) {
      return [];
    }
    try {
      await registry.delete('nodes', '', name, { preconditions: { uid }, fence: lease });
      gone.push(name);
      return [];
    } catch (error) {
      const gone = error instanceof StatusError && error.reason === 'NotFound';
      return gone ? [] : [toError(error)];
    }
  };
  const failures = (await Promise.all(remove.map(({ name, uid }) => limit(() => removeOne(name, uid))))).flat();
  signal.throwIfAborted();
  const pods = gone.flatMap((name) => [...views.podsOn(name)]);
  await endPods(context, pods, NODE_GONE, run);
  return failures;
}
