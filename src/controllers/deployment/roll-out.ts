/** One step of a rollout, then the status. Each write makes the Deployment due again, so every run does one step. */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Fence } from '../../registry/registry.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import { isFinished } from '../views/pod-info.ts';
import { cleanUpHistory } from './history.ts';
import { DEPLOYMENTS, type Rollout, resolveRollout, SETS } from './new-replica-set.ts';
import { scaleSets } from './proportional-scale.ts';
import { isRolling, newSetReplicas, type Resize, shrinkOldSets, wanted } from './replica-counts.ts';
import { isScaling, sizeAnnotations } from './revisions.ts';
import { rollBack, rollbackTo } from './roll-back.ts';
import { counts, deadlineMs, deploymentStatus, isComplete, lateIn, setCondition, wireStatus } from './status.ts';

/** Recreate waits for pods that end; a set's status does not count those, so no change of it tells when they are gone. */
const ENDING_MS = 500;

export async function rollOut(
  context: ControllerContext,
  emit: Emit,
  given: Deployment,
  sets: readonly ReplicaSet[],
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { lease } = run;
  if (given.metadata.deletionTimestamp !== undefined) {
    const rollout = await resolveRollout(context, emit, given, sets, false, lease);
    return writeStatus(context, rollout, sets, false, lease);
  }
  const deployment = notePause(given, context.clock.now());
  const paused = deployment.spec.paused === true;
  if (!paused && rollbackTo(deployment) !== undefined) {
    return rollBack(context, emit, deployment, sets, run);
  }
  const scaling = paused || isScaling(deployment, sets);
  const recreating = !isRolling(deployment);
  const mayCreate = !scaling && !recreating;
  const rollout = await resolveRollout(context, emit, deployment, sets, mayCreate, lease);
  const after = scaling
    ? await resize(context, emit, rollout, scaleSets(deployment, rollout.newSet, rollout.oldSets), lease)
    : await (recreating ? recreate : roll)(context, emit, rollout, lease);
  const all = [...after.oldSets, ...(after.newSet === undefined ? [] : [after.newSet])];
  if (isComplete(deployment, counts(deployment, after.newSet, all)) || paused) {
    await cleanUpHistory(context, deployment, after.oldSets, lease);
  }
  const result = await writeStatus(context, after, all, !scaling, lease);
  // By what was done, not by another look at the pods: the last may have ended since the first.
  const waits = recreating && !scaling && (after.newSet === undefined || wanted(after.newSet) < wanted(deployment));
  return waits ? { requeueAfterMs: ENDING_MS } : result;
}

/** Source: progress.go, checkPausedConditions: a pause is no lack of progress. */
function notePause(deployment: Deployment, nowMs: number): Deployment {
  const { conditions } = deployment.status ?? {};
  const current = findCondition(conditions, 'Progressing');
  const paused = current?.reason === 'DeploymentPaused';
  if (
    deadlineMs(deployment) === undefined ||
    current?.reason === 'ProgressDeadlineExceeded' ||
    paused === (deployment.spec.paused === true)
  ) {
    return deployment;
  }
  const [reason, message] = paused
    ? ['DeploymentResumed', 'Deployment is resumed']
    : ['DeploymentPaused', 'Deployment is paused'];
  const noted = setCondition(conditions, ['Progressing', 'Unknown', reason, message], nowMs);
  return { ...deployment, status: { ...deployment.status, conditions: noted } };
}

/** Up first, then down, a step a run. */
async function roll(context: ControllerContext, emit: Emit, rollout: Rollout, fence: Fence): Promise<Rollout> {
  const { deployment, newSet, oldSets } = rollout;
  const all = newSet === undefined ? oldSets : [...oldSets, newSet];
  if (newSet !== undefined) {
    const to = wanted(newSet) > wanted(deployment) ? wanted(deployment) : newSetReplicas(deployment, all, newSet);
    if (to !== wanted(newSet)) {
      return resize(context, emit, rollout, [{ set: newSet, to }], fence);
    }
  }
  return resize(context, emit, rollout, shrinkOldSets(deployment, newSet, oldSets), fence);
}

/** All old pods gone, ended ones too, before the first new one is made. Source: recreate.go. */
async function recreate(context: ControllerContext, emit: Emit, rollout: Rollout, fence: Fence): Promise<Rollout> {
  const { deployment, oldSets } = rollout;
  const tooMany = oldSets.filter((set) => wanted(set) > 0).map((set) => ({ set, to: 0 }));
  if (tooMany.length > 0) {
    return resize(context, emit, rollout, tooMany, fence);
  }
  if (oldPodsRun(context, rollout)) {
    return rollout;
  }
  const sets = rollout.newSet === undefined ? oldSets : [...oldSets, rollout.newSet];
  const next = await resolveRollout(context, emit, deployment, sets, true, fence);
  const { newSet } = next;
  return newSet === undefined || wanted(newSet) === wanted(deployment)
    ? next
    : resize(context, emit, next, [{ set: newSet, to: wanted(deployment) }], fence);
}

/** Ending ones run too, until the kubelet says otherwise. */
const oldPodsRun = ({ views }: ControllerContext, { oldSets }: Rollout): boolean =>
  oldSets.some((set) => [...views.podsOf(set.metadata.uid)].some((pod) => !isFinished(pod)));

/** Writes the sizes, and on every set that has pods the size of the Deployment that they belong to. */
async function resize(
  context: ControllerContext,
  emit: Emit,
  rollout: Rollout,
  resizes: readonly Resize[],
  fence: Fence,
): Promise<Rollout> {
  const { deployment, newSet, oldSets } = rollout;
  const sizes = new Map(resizes.map(({ set, to }) => [set, to]));
  const write = async (set: ReplicaSet): Promise<ReplicaSet> => {
    const to = sizes.get(set) ?? wanted(set);
    const annotations = sizeAnnotations(deployment);
    const isNoted = Object.entries(annotations).every(([name, value]) => set.metadata.annotations?.[name] === value);
    if (to === wanted(set) && (isNoted || to === 0)) {
      return set;
    }
    const { namespace, name, uid } = set.metadata;
    const stored = await context.registry.modify<ReplicaSet>(
      SETS,
      namespace,
      name,
      (object) => {
        object.spec.replicas = to;
        object.metadata.annotations = { ...object.metadata.annotations, ...annotations };
        return true;
      },
      { uid, fence },
    );
    if (to !== wanted(set)) {
      const direction = to > wanted(set) ? 'up' : 'down';
      const message = `Scaled ${direction} replica set ${name} from ${wanted(set)} to ${to}`;
      emit(deployment, 'Normal', 'ScalingReplicaSet', message);
    }
    return stored === undefined ? set : decodeObject<ReplicaSet>(stored);
  };
  const after = newSet === undefined ? undefined : await write(newSet);
  const olds: ReplicaSet[] = [];
  for (const set of oldSets) {
    olds.push(await write(set));
  }
  return { ...rollout, newSet: after, oldSets: olds };
}

async function writeStatus(
  { registry, clock }: ControllerContext,
  { deployment, newSet, conditions }: Rollout,
  sets: readonly ReplicaSet[],
  rolling: boolean,
  fence: Fence,
): Promise<ReconcileResult> {
  const now = clock.now();
  const status = deploymentStatus(deployment, newSet, sets, conditions, rolling, now);
  const { namespace, name, uid } = deployment.metadata;
  const change = (object: Deployment): boolean => {
    // The count of collisions has another writer: this one must not take it back.
    const collisionCount = object.status?.collisionCount;
    const next = wireStatus({ ...status, ...(collisionCount === undefined ? {} : { collisionCount }) });
    const isSame = same(object.status ?? {}, next);
    object.status = next;
    return !isSame;
  };
  await registry.modify<Deployment>(DEPLOYMENTS, namespace, name, change, { subresource: 'status', uid, fence });
  const late = rolling ? lateIn(deployment, status, now) : undefined;
  // A second later: timestamps are whole seconds.
  return late === undefined || late === 0 ? {} : { requeueAfterMs: late + 1_000 };
}
