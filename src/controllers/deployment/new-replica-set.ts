/** Finds, brings up to date or creates the set of the current template. Source: sync.go, getNewReplicaSet. */
import { StatusError, toError } from '../../errors.ts';
import type { Fence } from '../../registry/registry.ts';
import { decodeObject } from '../../registry/registry.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import type { Deployment, DeploymentCondition, ReplicaSet } from '../kinds/apps.ts';
import { isNamespaceEnding } from '../namespace-ending.ts';
import { controllerOf } from '../owner-references.ts';
import { newSetReplicas } from './replica-counts.ts';
import { findNewSet, type NewReplicaSet, newSetAnnotations, newSetOf, REVISION, revisionOf } from './revisions.ts';
import { deadlineMs, setCondition } from './status.ts';

export const SETS = 'replicasets.apps';
export const DEPLOYMENTS = 'deployments.apps';

export interface Rollout {
  readonly deployment: Deployment;
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
  readonly conditions: DeploymentCondition[];
}

/** `create`: false while paused or scaling, then a missing set stays missing. */
export async function resolveRollout(
  context: ControllerContext,
  emit: Emit,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  create: boolean,
  fence: Fence,
): Promise<Rollout> {
  const found = findNewSet(deployment, sets);
  const oldSets = sets.filter((set) => set !== found);
  const conditions = [...(deployment.status?.conditions ?? [])];
  const revision = Math.max(0, ...oldSets.map(revisionOf)) + 1;
  if (found === undefined && !create) {
    return { deployment, newSet: undefined, oldSets, conditions };
  }
  const tell = (reason: string, message: string): DeploymentCondition[] =>
    deadlineMs(deployment) === undefined
      ? conditions
      : setCondition(conditions, ['Progressing', 'True', reason, message], context.clock.now());
  if (found !== undefined) {
    const newSet = await bringUpToDate(context, deployment, found, revision, fence);
    await keepRevision(context, deployment, newSet, fence);
    const known = findCondition(conditions, 'Progressing') !== undefined;
    const message = `Found new replica set "${newSet.metadata.name}"`;
    return { deployment, newSet, oldSets, conditions: known ? conditions : tell('FoundNewReplicaSet', message) };
  }
  const newSet = await createSet(context, emit, deployment, sets, revision, fence);
  await keepRevision(context, deployment, newSet, fence);
  const message = `Created new replica set "${newSet.metadata.name}"`;
  return { deployment, newSet, oldSets, conditions: tell('NewReplicaSetCreated', message) };
}

async function bringUpToDate(
  { registry }: ControllerContext,
  deployment: Deployment,
  set: ReplicaSet,
  revision: number,
  fence: Fence,
): Promise<ReplicaSet> {
  const { namespace, name, uid } = set.metadata;
  const stored = await registry.modify<ReplicaSet>(
    SETS,
    namespace,
    name,
    (object) => {
      const { annotations: before = {} } = object.metadata;
      const annotations = newSetAnnotations(deployment, before, revision);
      const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
      if (same(before, annotations) && (object.spec.minReadySeconds ?? 0) === minReadySeconds) {
        return false;
      }
      object.metadata.annotations = annotations;
      object.spec.minReadySeconds = minReadySeconds;
      return true;
    },
    { uid, fence },
  );
  return stored === undefined ? set : decodeObject<ReplicaSet>(stored);
}

/** The Deployment shows the revision of its new set. */
async function keepRevision(
  { registry }: ControllerContext,
  { metadata }: Deployment,
  set: ReplicaSet,
  fence: Fence,
): Promise<void> {
  const revision = set.metadata.annotations?.[REVISION];
  if (revision === undefined || metadata.annotations?.[REVISION] === revision) {
    return;
  }
  const change = (object: Deployment): boolean => {
    object.metadata.annotations = { ...object.metadata.annotations, [REVISION]: revision };
    return true;
  };
  await registry.modify<Deployment>(DEPLOYMENTS, metadata.namespace, metadata.name, change, {
    uid: metadata.uid,
    fence,
  });
}

async function createSet(
  context: ControllerContext,
  emit: Emit,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  revision: number,
  fence: Fence,
): Promise<ReplicaSet> {
  const replicas = newSetReplicas(deployment, sets, undefined);
  const wanted = newSetOf(deployment, revision, replicas);
  const { namespace, name } = wanted.metadata;
  try {
    const { object } = await context.registry.create(SETS, namespace, wanted, { fence });
    if (replicas > 0) {
      emit(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${replicas}`);
    }
    return decodeObject<ReplicaSet>(object);
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'AlreadyExists') {
      return settleNameClash(context, deployment, wanted, fence);
    }
    await reportRefusal(context, emit, deployment, name, toError(error), fence);
    throw error;
  }
}

/** Source: sync.go, FailedRSCreateReason. In an ending namespace every create fails: not worth a word. */
async function reportRefusal(
  { registry, clock }: ControllerContext,
  emit: Emit,
  deployment: Deployment,
  set: string,
  error: Error,
  fence: Fence,
): Promise<void> {
  if (isNamespaceEnding(error)) {
    return;
  }
  const message = `Failed to create new replica set "${set}": ${error.message}`;
  emit(deployment, 'Warning', 'ReplicaSetCreateError', message);
  if (deadlineMs(deployment) === undefined) {
    return;
  }
  const change = (object: Deployment): boolean => {
    const before = object.status?.conditions;
    const conditions = setCondition(before, ['Progressing', 'False', 'ReplicaSetCreateError', message], clock.now());
    object.status = { ...object.status, conditions };
    return !same(before, conditions);
  };
  const { namespace, name, uid } = deployment.metadata;
  await registry.modify<Deployment>(DEPLOYMENTS, namespace, name, change, { subresource: 'status', uid, fence });
}

/** Ours already (a retry), or a hash collision: then the count goes up and the next try gets another name. */
async function settleNameClash(
  { registry }: ControllerContext,
  deployment: Deployment,
  wanted: NewReplicaSet,
  fence: Fence,
): Promise<ReplicaSet> {
  const { namespace, name } = wanted.metadata;
  const stored = await registry.find(SETS, namespace, name);
  const existing = stored === undefined ? undefined : decodeObject<ReplicaSet>(stored);
  const isOurs = existing !== undefined && controllerOf(existing)?.uid === deployment.metadata.uid;
  if (isOurs && findNewSet(deployment, [existing]) !== undefined) {
    return existing;
  }
  const change = (object: Deployment): boolean => {
    object.status = { ...object.status, collisionCount: (object.status?.collisionCount ?? 0) + 1 };
    return true;
  };
  await registry.modify<Deployment>(DEPLOYMENTS, namespace, deployment.metadata.name, change, {
    ...{ subresource: 'status', uid: deployment.metadata.uid, fence },
  });
  throw new Error(`hash collision of replica set ${name}`);
}
