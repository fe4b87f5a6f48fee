/** A Deployment's status and conditions. Pure. Source: controller/deployment/sync.go (calculateStatus), progress.go. */

import { formatTime, parseTime } from '../../values/rfc3339.ts';
import { findCondition, withoutCondition } from '../conditions.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../kinds/apps.ts';
import { presentCounts } from '../present-counts.ts';
import { actual, available, maxUnavailable, ready, wanted } from './replica-counts.ts';

/** Lets `rollout status` tell a rollout that is over from one that times out. */
const DONE = 'NewReplicaSetAvailable';

export function counts(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
): DeploymentStatus {
  const { collisionCount } = deployment.status ?? {};
  const replicas = actual(sets);
  const missing = sets.reduce((sum, set) => sum + wanted(set), 0) - available(sets);
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas,
    updatedReplicas: actual(newSet === undefined ? [] : [newSet]),
    readyReplicas: ready(sets),
    availableReplicas: available(sets),
    unavailableReplicas: Math.max(0, missing),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

export const isComplete = (deployment: Deployment, status: DeploymentStatus): boolean =>
  status.updatedReplicas === wanted(deployment) &&
  status.replicas === wanted(deployment) &&
  status.availableReplicas === wanted(deployment) &&
  (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** A new list. A condition that says the same keeps its times; lastUpdateTime moves with the reason. */
export function setCondition(
  conditions: readonly DeploymentCondition[] | undefined,
  [type, status, reason, message]: readonly [string, string, string, string],
  nowMs: number,
): DeploymentCondition[] {
  const before = findCondition(conditions, type);
  const list = [...(conditions ?? [])];
  if (before?.status === status && before.reason === reason) {
    return list;
  }
  const now = formatTime(nowMs);
  const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? now) : now;
  const entry = { type, status, reason, message, lastUpdateTime: now, lastTransitionTime };
  return [...withoutCondition(list, type), entry];
}

function availability(deployment: Deployment, status: DeploymentStatus): readonly [string, string, string, string] {
  return (status.availableReplicas ?? 0) >= wanted(deployment) - maxUnavailable(deployment)
    ? ['Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.']
    : ['Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'];
}

/** As Kubernetes writes it. */
export function wireStatus({ collisionCount, conditions, ...figures }: DeploymentStatus): DeploymentStatus {
  return {
    ...presentCounts(figures),
    ...(conditions === undefined ? {} : { conditions }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

/** MaxInt32 means no deadline. Source: HasProgressDeadline. */
export const deadlineMs = ({ spec }: Deployment): number | undefined =>
  spec.progressDeadlineSeconds === undefined || spec.progressDeadlineSeconds === 2_147_483_647
    ? undefined
    : spec.progressDeadlineSeconds * 1_000;

/** Milliseconds until the rollout is late; undefined: it cannot be, now. */
export function lateIn(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const progressing = findCondition(status.conditions, 'Progressing');
  const limit = deadlineMs(deployment);
  if (limit === undefined || progressing === undefined || progressing.reason === DONE) {
    return undefined;
  }
  return Math.max(0, (parseTime(progressing.lastUpdateTime) ?? nowMs) + limit - nowMs);
}

/** The whole new status. `rolling` is false while paused or only scaling: then progress is not judged. */
export function deploymentStatus(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
  conditions: readonly DeploymentCondition[],
  rolling: boolean,
  nowMs: number,
): DeploymentStatus {
  const status: DeploymentStatus = { ...counts(deployment, newSet, sets) };
  const judged = deadlineMs(deployment) === undefined ? withoutCondition(conditions, 'Progressing') : conditions;
  status.conditions = setCondition(judged, availability(deployment, status), nowMs);
  if (rolling && deadlineMs(deployment) !== undefined) {
    status.conditions = judgeProgress(deployment, newSet, status, nowMs);
  }
  // Those of the new set come first. Source: getReplicaFailures.
  const [failure] = [...(newSet === undefined ? [] : [newSet]), ...sets].flatMap(
    (set) => findCondition(set.status?.conditions, 'ReplicaFailure') ?? [],
  );
  status.conditions =
    failure === undefined
      ? withoutCondition(status.conditions, 'ReplicaFailure')
      : setCondition(
          status.conditions,
          ['ReplicaFailure', failure.status, failure.reason ?? '', failure.message ?? ''],
          nowMs,
        );
  return status;
}

function judgeProgress(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  status: DeploymentStatus,
  nowMs: number,
): DeploymentCondition[] {
  const { conditions = [] } = status;
  const current = findCondition(conditions, 'Progressing');
  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
  if (status.replicas === status.updatedReplicas && current?.reason === DONE) {
    return conditions;
  }
  if (isComplete(deployment, status)) {
    return setCondition(conditions, ['Progressing', 'True', DONE, `${subject} has successfully progressed.`], nowMs);
  }
  if (isProgressing(deployment.status ?? {}, status)) {
    const message = `${subject} is progressing.`;
    // Its lastUpdateTime moves with every step: the deadline counts from the last progress.
    const others = withoutCondition(conditions, 'Progressing');
    const next = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message,
      lastUpdateTime: formatTime(nowMs),
    };
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    return [...others, { ...next, lastTransitionTime: since ?? formatTime(nowMs) }];
  }
  return lateIn(deployment, status, nowMs) === 0
    ? setCondition(
        conditions,
        ['Progressing', 'False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`],
        nowMs,
      )
    : conditions;
}
