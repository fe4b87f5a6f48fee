/**
 * What `deprecated.deployment.rollback.to` asks for: the template of an earlier revision, 0 for the last. Tried once,
 * the annotation goes in any case. Source: controller/deployment/rollback.go.
 */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import { DEPLOYMENTS, resolveRollout } from './new-replica-set.ts';
import { annotationsOf, findNewSet, ROLLBACK_TO, revisionOf, withoutHash } from './revisions.ts';

/** undefined: nobody asks, or with what is no number. */
export function rollbackTo({ metadata }: Deployment): number | undefined {
  const text = metadata.annotations?.[ROLLBACK_TO] ?? '';
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** The second highest; 0: there is none. */
function lastRevision(sets: readonly ReplicaSet[]): number {
  const [, last = 0] = sets.map(revisionOf).sort((a, b) => b - a);
  return last;
}

export async function rollBack(
  context: ControllerContext,
  emit: Emit,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  { lease }: ReconcileContext,
): Promise<ReconcileResult> {
  const { newSet, oldSets } = await resolveRollout(context, emit, deployment, sets, true, lease);
  const all = newSet === undefined ? oldSets : [...oldSets, newSet];
  const revision = rollbackTo(deployment) || lastRevision(all);
  const target = revision === 0 ? undefined : all.find((set) => revisionOf(set) === revision);
  const isSame = target !== undefined && findNewSet(deployment, [target]) !== undefined;
  if (!(await settle(context, deployment, isSame ? undefined : target, lease))) {
    return {};
  }
  const { name } = deployment.metadata;
  if (target === undefined) {
    const message = revision === 0 ? 'Unable to find last revision.' : 'Unable to find the revision to rollback to.';
    emit(deployment, 'Warning', 'DeploymentRollbackRevisionNotFound', message);
  } else if (isSame) {
    const message = `The rollback revision contains the same template as current deployment "${name}"`;
    emit(deployment, 'Warning', 'DeploymentRollbackTemplateUnchanged', message);
  } else {
    emit(deployment, 'Normal', 'DeploymentRollback', `Rolled back deployment "${name}" to revision ${revision}`);
  }
  return {};
}

/**
 * Takes the annotation off; with a `target`, its template and annotations are the Deployment's. False: by now it is
 * another wish or another template, or the Deployment is paused or on its way out, and that change has made it due
 * again; or it is gone.
 */
async function settle(
  { registry }: ControllerContext,
  deployment: Deployment,
  target: ReplicaSet | undefined,
  fence: ReconcileContext['lease'],
): Promise<boolean> {
  const { namespace, name, uid } = deployment.metadata;
  const isJudged = (object: Deployment): boolean =>
    rollbackTo(object) === rollbackTo(deployment) &&
    object.spec.paused !== true &&
    object.metadata.deletionTimestamp === undefined &&
    same(object.spec.template, deployment.spec.template);
  let isSettled = false;
  const change = (object: Deployment): boolean => {
    isSettled = isJudged(object);
    if (!isSettled) {
      return false;
    }
    const annotations = target === undefined ? { ...object.metadata.annotations } : annotationsOf(object, target);
    delete annotations[ROLLBACK_TO];
    object.metadata.annotations = annotations;
    if (target !== undefined) {
      object.spec.template = withoutHash(target.spec.template);
    }
    return true;
  };
  const written = await registry.modify<Deployment>(DEPLOYMENTS, namespace, name, change, { uid, fence });
  return isSettled && written !== undefined;
}
