/**
 * apps/v1 Deployment: rolls its sets from one template to the next within maxSurge and maxUnavailable, or by Recreate;
 * pause, scaling in the midst of a rollout, history. Source: controller/deployment/deployment_controller.go.
 */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject } from '../../registry/registry.ts';
import { Turns } from '../../timing/turns.ts';
import { isEmptySelector, selects } from '../../values/label-selector.ts';
import { adopt, release } from '../adopt.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import { orphansNamespace, parseKey } from '../namespaced-key.ts';
import { controllerOf } from '../owner-references.ts';
import { onChildChange, onSpecChange } from '../workload-triggers.ts';
import { DEPLOYMENTS, SETS } from './new-replica-set.ts';
import { rollOut } from './roll-out.ts';

const NAME = 'controller/deployment';

export const deploymentController: ControllerDefinition = {
  name: NAME,
  triggers: [
    onSpecChange(DEPLOYMENTS, NAME),
    onChildChange(SETS, 'Deployment', NAME, (before, after) => {
      const [a, b] = [before as ReplicaSet, after as ReplicaSet];
      return a.metadata.generation !== b.metadata.generation || !same(a.status, b.status);
    }),
  ],
  create: (context) => {
    const emit = context.events('deployment-controller');
    const reconcile = async (key: string, run: ReconcileContext): Promise<ReconcileResult> => {
      const namespace = orphansNamespace(key);
      if (namespace !== undefined) {
        return adoptOrphans(context, namespace, run);
      }
      const { namespace: of, name } = parseKey(key);
      const stored = await context.registry.find(DEPLOYMENTS, of, name);
      return stored === undefined ? {} : reconcileOne(context, emit, decodeObject<Deployment>(stored), run);
    };
    return { reconciler: freshEachKey(context, { name: NAME, reconcile }) };
  },
};

async function reconcileOne(
  context: ControllerContext,
  emit: Emit,
  deployment: Deployment,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  if (isEmptySelector(deployment.spec.selector)) {
    emit(
      deployment,
      'Warning',
      'SelectingAll',
      'This deployment is selecting all pods. A non-empty selector is required.',
    );
    return {};
  }
  const sets = await ownSets(context, deployment, run);
  return rollOut(context, emit, deployment, sets, run);
}

/** The sets it controls, after adopting those it selects and releasing those it no longer does. */
async function ownSets(
  { registry }: ControllerContext,
  deployment: Deployment,
  { lease }: ReconcileContext,
): Promise<ReplicaSet[]> {
  const { uid, namespace, deletionTimestamp } = deployment.metadata;
  const { items } = await registry.list(SETS, { namespace });
  const all: ReplicaSet[] = [];
  const turns = new Turns();
  for (const stored of items) {
    all.push(decodeObject<ReplicaSet>(stored));
    await turns.after(stored.body.length);
  }
  const isSelected = ({ metadata }: ReplicaSet): boolean => selects(deployment.spec.selector, metadata.labels ?? {});
  const own = all.filter((set) => controllerOf(set)?.uid === uid);
  if (deletionTimestamp !== undefined) {
    return own;
  }
  for (const set of own.filter((candidate) => !isSelected(candidate))) {
    await release(registry, SETS, set.metadata, uid, lease);
  }
  const orphans = all.filter(
    (set) => controllerOf(set) === undefined && set.metadata.deletionTimestamp === undefined && isSelected(set),
  );
  for (const set of orphans) {
    await adopt(registry, SETS, set.metadata, deployment, lease);
  }
  return [...own.filter(isSelected), ...orphans];
}

/** An adopted set makes its Deployment due by itself, so only the adoption is done here. */
async function adoptOrphans(
  context: ControllerContext,
  namespace: string,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { items } = await context.registry.list(DEPLOYMENTS, { namespace });
  for (const stored of items) {
    const deployment = decodeObject<Deployment>(stored);
    if (!isEmptySelector(deployment.spec.selector)) {
      await ownSets(context, deployment, run);
    }
  }
  return {};
}
