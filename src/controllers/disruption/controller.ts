/**
 * policy/v1 PodDisruptionBudget: how many of its pods are healthy, and how many may be evicted. The Eviction
 * subresource spends what this controller grants; both compare and set the budget's version.
 * Source: controller/disruption/disruption.go.
 */

import { toError } from '../../errors.ts';
import type { DueKey, ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type Registry, type StoredObject } from '../../registry/registry.ts';
import type { PodDisruptionBudget } from '../../resources/policy/pod-disruption-budget.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import { parseKey, podsNamespace } from '../namespaced-key.ts';
import type { Results } from '../results.ts';
import { selectedPods } from '../selected-pods.ts';
import { onSelectedPodChange, onSpecChange } from '../workload-triggers.ts';
import { judgeBudget, type Verdict } from './judge-budget.ts';

const NAME = 'controller/disruption';
const BUDGETS = 'poddisruptionbudgets.policy';
/** A look at all budgets: for those that were there before this controller was. */
const ALL = '*';
const ALL_EVERY_MS = 300_000;
/** Someone else wrote the budget, an eviction most likely: it is read again. */
const AGAIN_MS = 20;

export const disruptionController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(BUDGETS, NAME), onSelectedPodChange(NAME, () => '')],
  create: (context) => {
    const emit = context.events('controllermanager');
    return {
      reconciler: { name: NAME, reconcileBatch: (keys, run) => reconcile(context, emit, keys, run) },
      periodic: [{ key: ALL, everyMs: ALL_EVERY_MS }],
    };
  },
};

/** The budgets are read before the pods: what an eviction changed in between makes the write of its budget fail. */
async function reconcile(
  context: ControllerContext,
  emit: Emit,
  keys: readonly DueKey[],
  { lease, signal }: ReconcileContext,
): Promise<Results> {
  const { registry, views } = context;
  const stored = new Map<string, StoredObject[]>();
  for (const { key } of keys) {
    stored.set(key, await budgetsOf(registry, key));
  }
  await views.fresh(signal);
  const verdicts = await judgeAll(context, emit, [...stored.values()].flat());
  const toWrite = [...verdicts].flatMap(([before, { after }]) => (after === undefined ? [] : [{ before, after }]));
  const written = await registry.updateStatuses(BUDGETS, toWrite, { fence: lease });
  const failed = new Map(toWrite.map(({ before }, at) => [before, written[at]]));
  const results: Results = new Map();
  for (const [key, budgets] of stored) {
    const waits = budgets.flatMap((budget) => {
      const isRefused = failed.get(budget) instanceof Error;
      return isRefused ? AGAIN_MS : (verdicts.get(budget)?.recheckInMs ?? []);
    });
    const error = budgets.map((budget) => verdicts.get(budget)?.error).find((found) => found !== undefined);
    const next = key === ALL ? [...waits, ALL_EVERY_MS] : waits;
    results.set(key, error ?? (next.length === 0 ? {} : { requeueAfterMs: Math.min(...next) }));
  }
  return results;
}

async function budgetsOf(registry: Registry, key: string): Promise<StoredObject[]> {
  const all = podsNamespace(key);
  if (all !== undefined || key === ALL) {
    return [...(await registry.list(BUDGETS, all === undefined ? {} : { namespace: all })).items];
  }
  const { namespace, name } = parseKey(key);
  const stored = await registry.find(BUDGETS, namespace, name);
  return stored === undefined ? [] : [stored];
}

/** Namespace by namespace, so that its pods are walked once for all its budgets. */
async function judgeAll(
  context: ControllerContext,
  emit: Emit,
  stored: readonly StoredObject[],
): Promise<ReadonlyMap<StoredObject, Verdict>> {
  const verdicts = new Map<StoredObject, Verdict>();
  for (const namespace of new Set(stored.map((one) => one.namespace))) {
    const budgets = new Map(
      stored.filter((one) => one.namespace === namespace).map((one) => [one, decodeObject<PodDisruptionBudget>(one)]),
    );
    const selectors = [...budgets].map(([one, { spec }]) => [one, spec?.selector] as const);
    const pods = await selectedPods(context.views.podsIn(namespace), selectors);
    for (const [one, budget] of budgets) {
      const verdict = await judgeBudget(context, emit, budget, pods.get(one) ?? []).catch((error: unknown) => ({
        error: toError(error),
      }));
      verdicts.set(one, verdict);
    }
  }
  return verdicts;
}
