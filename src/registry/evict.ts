/**
 * Eviction: a deletion of a pod that its disruption budget must allow. The budget's new status and the deletion are one
 * transaction, each compared on the version that was read, so that evictions at once never exceed a budget, and none
 * is charged for a pod that stays.
 */
import { notFound, StatusError } from '../errors.ts';
import type { PodDisruptionBudget } from '../resources/policy/pod-disruption-budget.ts';
import type { Write, WriteResult } from '../storage/object-store.ts';
import { decodeObject, type StoredObject } from '../storage/stored-object.ts';
import { OneByOne } from '../timing/one-by-one.ts';
import { formatTime } from '../values/rfc3339.ts';
import { admit } from './admission.ts';
import { rehearse, ringFor, writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { checkDeleteOptions, deletionWrite } from './delete.ts';
import { budgetOf, type EvictedPod, isBeyondBudgets, spendBudget } from './eviction-verdict.ts';
import type { DeleteOptions, Registry } from './registry.ts';
import { RETRY, retryOnConflict } from './retry-on-conflict.ts';
import { lazyBefore, updateWrite } from './stored-columns.ts';

const PODS = 'pods';
const BUDGETS = 'poddisruptionbudgets.policy';
/** Rivals of the same process wait for each other; these many are for those of other processes. */
const ATTEMPTS = 20;

export function createEvict(context: RegistryContext): Registry['evict'] {
  const losers = new OneByOne();
  return async (namespace, name, options = {}) => {
    checkDeleteOptions(options);
    const attempt = (): Promise<undefined | typeof RETRY> => attemptEviction(context, namespace, name, options);
    if ((await attempt()) === RETRY) {
      await losers.run(namespace, () => retryOnConflict(context, ATTEMPTS, attempt, () => tooManyConflicts(name)));
    }
  };
}

const tooManyConflicts = (name: string): StatusError =>
  new StatusError('Timeout', `couldn't evict pod "${name}" due to conflicts`, { retryAfterSeconds: 10 });

async function attemptEviction(
  context: RegistryContext,
  namespace: string,
  name: string,
  options: DeleteOptions,
): Promise<undefined | typeof RETRY> {
  const kind = kindOf(context, PODS);
  const stored = await context.objects.get(PODS, namespace, name);
  if (stored === undefined) {
    throw notFound(kind.resource, name);
  }
  const { user, ...deleting } = options;
  if (user !== undefined) {
    const object = decodeObject(stored);
    await admit(context, { operation: 'create', kind, namespace, name, object, user, subresource: 'eviction' });
  }
  const pod = decodeObject<EvictedPod>(stored);
  const { generation } = pod.metadata;
  const deletion = await deletionWrite(context, kind, stored, deleting, (ending) =>
    markEvicted(ending as EvictedPod, generation, context.clock.now()),
  );
  if (deletion === undefined) {
    return undefined;
  }
  const budget = isBeyondBudgets(pod) ? undefined : await budgetWrite(context, pod, options);
  return commitEviction(context, kind, budget === undefined ? [deletion] : [budget, deletion], options.dryRun);
}

async function budgetWrite(
  context: RegistryContext,
  pod: EvictedPod,
  { fence }: DeleteOptions,
): Promise<Write | undefined> {
  const { items } = await context.objects.list({ resource: BUDGETS, namespace: pod.metadata.namespace ?? '' });
  const decoded = new Map<PodDisruptionBudget, StoredObject>(
    items.map((item) => [decodeObject<PodDisruptionBudget>(item), item]),
  );
  const budget = budgetOf(pod, [...decoded.keys()]);
  const stored = budget === undefined ? undefined : decoded.get(budget);
  if (budget === undefined || stored === undefined) {
    return undefined;
  }
  const status = spendBudget(pod, budget, context.clock.now());
  return status === undefined
    ? undefined
    : updateWrite(kindOf(context, BUDGETS), lazyBefore(stored), { ...budget, status }, fence);
}

async function commitEviction(
  context: RegistryContext,
  kind: Kind,
  writes: readonly Write[],
  dryRun = false,
): Promise<undefined | typeof RETRY> {
  const results = dryRun ? writes.map(rehearse) : await commitBoth(context, writes);
  const refused = results.find((result) => !result.ok);
  if (refused === undefined) {
    ringFor(context, dryRun ? [] : writes, results);
    return undefined;
  }
  if (!refused.ok && refused.reason === 'fenced') {
    throw writeError(kind, writes.at(-1)?.name ?? '', refused.reason);
  }
  return RETRY;
}

/** Alone, a deletion shares its commit with others. */
const commitBoth = (context: RegistryContext, writes: readonly Write[]): Promise<WriteResult[]> =>
  writes.length === 1 ? context.objects.commitAll(writes) : context.objects.commitTogether(writes, false);

const TARGET = {
  ...{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
  message: 'Eviction API: evicting',
};

/** Says why the pod goes. `generation`: before its deletion, which is one of its own. */
function markEvicted(pod: EvictedPod, generation: number | undefined, nowMs: number): void {
  const conditions = pod.status?.conditions ?? [];
  if (!conditions.some(({ type, status }) => type === TARGET.type && status === 'True')) {
    const others = conditions.filter(({ type }) => type !== TARGET.type);
    const observed = generation === undefined ? {} : { observedGeneration: generation };
    const target = { ...TARGET, ...observed, lastTransitionTime: formatTime(nowMs) };
    pod.status = { ...pod.status, conditions: [...others, target] };
  }
}
