/**
 * apps/v1 Deployment: rolls its sets from one template to the next within maxSurge and maxUnavailable, or by Recreate;
 * pause, scaling in the midst of a rollout, history. Source: controller/deployment/deployment_controller.go.
 */
import { toError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Fence, type Registry, type StoredObject } from '../../registry/registry.ts';
import { Turns } from '../../timing/turns.ts';
import { isEmptySelector, selects } from '../../values/label-selector.ts';
import { adopt, release } from '../adopt.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import { orphansNamespace, parseKey } from '../namespaced-key.ts';
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

/**
 * The sets it controls, after adopting those it selects and releasing those it no longer does. Orphans are listed first: one
 * that is adopted in between, for all of the namespace, is among its own then.
 */
async function ownSets(
  { registry }: ControllerContext,
  deployment: Deployment,
  { lease }: ReconcileContext,
): Promise<ReplicaSet[]> {
  const { uid, namespace, deletionTimestamp } = deployment.metadata;
  const isEnding = deletionTimestamp !== undefined;
  const orphans = mayHaveOrphans(deployment) && !isEnding ? await orphansOf(registry, namespace) : [];
  const { items } = await registry.list(SETS, { namespace, controllerUid: uid });
  const own = await decodeAll(items);
  if (isEnding) {
    return own;
  }
  const isSelected = ({ metadata }: ReplicaSet): boolean => selects(deployment.spec.selector, metadata.labels ?? {});
  for (const set of own.filter((candidate) => !isSelected(candidate))) {
    await release(registry, SETS, set.metadata, uid, lease);
  }
  return [...own.filter(isSelected), ...(await adoptSelected(registry, deployment, orphans, lease))];
}

/**
 * A set that loses its owner, or comes without, makes the namespace's orphans due (one without labels does not: it waits for
 * the next change of a spec); so only who is new, or has changed, looks for them here. (1,000 Deployments of a namespace took
 * 60 s of CPU when each look read the sets of all.)
 */
const mayHaveOrphans = ({ metadata, status }: Deployment): boolean =>
  status?.observedGeneration !== metadata.generation;

const orphansOf = async (registry: Registry, namespace: string): Promise<readonly StoredObject[]> =>
  (await registry.list(SETS, { namespace, controllerUid: '' })).items;

/** Those of the orphans that it got. Throws when one was refused, after all others. */
async function adoptSelected(
  registry: Registry,
  deployment: Deployment,
  orphans: readonly StoredObject[],
  lease: Fence,
): Promise<ReplicaSet[]> {
  const selected = await decodeAll(orphans.filter(({ labels }) => selects(deployment.spec.selector, labels)));
  const outcomes = await Promise.allSettled(
    selected.map(({ metadata }) => adopt(registry, SETS, metadata, deployment, lease)),
  );
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  if (refused !== undefined) {
    throw toError(refused.reason);
  }
  return selected.filter((_, i) => outcomes[i]?.status === 'fulfilled' && outcomes[i].value);
}

async function decodeAll(items: readonly StoredObject[]): Promise<ReplicaSet[]> {
  const all: ReplicaSet[] = [];
  const turns = new Turns();
  for (const stored of items) {
    all.push(decodeObject<ReplicaSet>(stored));
    await turns.after(stored.body.length);
  }
  return all;
}

/** An adopted set makes its Deployment due by itself, so only the adoption is done here. */
async function adoptOrphans(
  { registry }: ControllerContext,
  namespace: string,
  { lease }: ReconcileContext,
): Promise<ReconcileResult> {
  const orphans = await orphansOf(registry, namespace);
  const { items } = orphans.length > 0 ? await registry.list(DEPLOYMENTS, { namespace }) : { items: [] };
  const turns = new Turns();
  const failures: Error[] = [];
  for (const stored of items) {
    const deployment = decodeObject<Deployment>(stored);
    if (!isEmptySelector(deployment.spec.selector) && deployment.metadata.deletionTimestamp === undefined) {
      await adoptSelected(registry, deployment, orphans, lease).catch((error: unknown) => {
        failures.push(toError(error));
      });
    }
    await turns.after(stored.body.length);
  }
  const [failure] = failures;
  if (failure !== undefined) {
    throw failure;
  }
  return {};
}
