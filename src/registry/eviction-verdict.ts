/**
 * Whether a pod may be evicted, and what that leaves of its disruption budget. Pure.
 * Source: pkg/registry/core/pod/storage/eviction.go, 1.34.
 */
import { forbidden, StatusError } from '../errors.ts';
import {
  allowedCondition,
  type BudgetStatus,
  SYNC_FAILED,
  withDisruptionsAllowed,
} from '../resources/policy/disruptions-allowed.ts';
import type { PodDisruptionBudget } from '../resources/policy/pod-disruption-budget.ts';
import { selects } from '../values/label-selector.ts';
import type { KubeObject } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';

export interface EvictedPod extends KubeObject {
  status?: {
    phase?: string;
    conditions?: readonly { readonly type: string; readonly status: string; readonly [more: string]: unknown }[];
  };
}

/** Evictions that the controller has not confirmed; more would make the budget an object without bound. */
const MAX_DISRUPTED = 2_000;
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
const BUDGET = { group: 'policy', resource: 'poddisruptionbudget' };

function refusal(why: string, retryAfterSeconds?: number): StatusError {
  return new StatusError('TooManyRequests', REFUSED, {
    causes: [{ reason: 'DisruptionBudget', message: why }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Its disruption has happened already, or has not begun to matter: no budget is asked. */
export const isBeyondBudgets = ({ metadata, status }: EvictedPod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? 'Pending');

const isReady = ({ status }: EvictedPod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

/** The budget that guards the pod, if any. Throws where there are several: none of them could be kept. */
export function budgetOf(pod: EvictedPod, budgets: readonly PodDisruptionBudget[]): PodDisruptionBudget | undefined {
  const labels = pod.metadata.labels ?? {};
  const matching = budgets.filter(({ spec }) => selects(spec?.selector, labels));
  if (matching.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new StatusError('InternalError', message);
  }
  return matching[0];
}

/** A pod that is not ready is no loss to a budget that is met, nor to one that lets such pods go. */
function isNoLoss(pod: EvictedPod, { spec, status = {} }: PodDisruptionBudget): boolean {
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  const isMet = desiredHealthy > 0 && currentHealthy >= desiredHealthy;
  return !isReady(pod) && (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' || isMet);
}

/** The budget's status once the pod is gone; undefined: it costs the budget nothing. Throws 429 and 403. */
export function spendBudget(pod: EvictedPod, budget: PodDisruptionBudget, nowMs: number): BudgetStatus | undefined {
  if (isNoLoss(pod, budget)) {
    return undefined;
  }
  const { metadata, status = {} } = budget;
  const { name = '', generation = 0 } = metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = status;
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = status;
  if (observedGeneration < generation) {
    throw refusal(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if (disruptionsAllowed < 0) {
    throw forbidden(BUDGET, name, 'pdb disruptions allowed is negative');
  }
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED) {
    throw forbidden(BUDGET, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) {
    throw refusal(whyNone(name, { ...status, currentHealthy, desiredHealthy }));
  }
  const left: BudgetStatus = {
    ...{ ...status, currentHealthy, desiredHealthy, expectedPods },
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedPods: { ...disruptedPods, [pod.metadata.name ?? '']: formatTime(nowMs) },
  };
  return left.disruptionsAllowed === 0 ? withDisruptionsAllowed(left, nowMs) : left;
}

function whyNone(
  name: string,
  {
    currentHealthy,
    desiredHealthy,
    conditions = [],
  }: Pick<BudgetStatus, 'currentHealthy' | 'desiredHealthy' | 'conditions'>,
): string {
  const condition = allowedCondition({ conditions });
  const said = condition?.status === 'False' && condition.message !== '' ? condition : undefined;
  const refused = `The disruption budget ${name} does not allow evicting pods currently`;
  // After a failed look at the pods, the counts are not to be trusted.
  if (said?.reason === SYNC_FAILED) {
    return `${refused} because it failed sync: ${said.message}`;
  }
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  }
  return said === undefined ? refused : `${refused} (${said.reason}): ${said.message}`;
}
