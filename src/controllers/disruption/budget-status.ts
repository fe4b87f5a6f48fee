/** What a disruption budget says of its pods. Pure. Source: controller/disruption/disruption.go. */
import {
  allowedCondition,
  type BudgetStatus,
  SYNC_FAILED,
  withAllowedCondition,
  withDisruptionsAllowed,
} from '../../resources/policy/disruptions-allowed.ts';
import type { PodDisruptionBudget } from '../../resources/policy/pod-disruption-budget.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { same } from '../equality.ts';
import { scaledValue } from '../int-or-percent.ts';
import type { PodInfo } from '../views/pod-info.ts';

/** An evicted pod that is still there after so long was not evicted. Source: DeletionTimeout. */
export const DELETION_TIMEOUT_MS = 120_000;

type Spec = NonNullable<PodDisruptionBudget['spec']>;

/** A percentage, or how many may be missing, is of what the pods' controllers are asked for. */
export const needsScale = ({ minAvailable, maxUnavailable }: Spec): boolean =>
  maxUnavailable !== undefined || typeof minAvailable === 'string';

/** `scale`: replicas of all controllers of the pods; looked at only where `needsScale`. */
export function expectations(
  { minAvailable, maxUnavailable }: Spec,
  podCount: number,
  scale: number,
): { expectedPods: number; desiredHealthy: number } {
  if (maxUnavailable !== undefined) {
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - scaledValue(maxUnavailable, scale, Math.ceil)) };
  }
  if (minAvailable === undefined) {
    return { expectedPods: 0, desiredHealthy: 0 };
  }
  const expectedPods = typeof minAvailable === 'string' ? scale : podCount;
  return { expectedPods, desiredHealthy: scaledValue(minAvailable, expectedPods, Math.ceil) };
}

export interface BudgetLook {
  /** undefined: it says so already. */
  readonly status: BudgetStatus | undefined;
  /** Milliseconds until an eviction that was granted and not carried out is forgotten. */
  readonly recheckInMs: number | undefined;
  /** Pods whose eviction was granted and that stayed. */
  readonly undeleted: readonly PodInfo[];
}

export function lookAtBudget(
  { metadata, status: before }: PodDisruptionBudget,
  pods: readonly PodInfo[],
  { expectedPods, desiredHealthy }: { expectedPods: number; desiredHealthy: number },
  nowMs: number,
): BudgetLook {
  const staying = pods.filter(({ deletionTime }) => deletionTime === undefined);
  const expectedEnd = ({ name }: PodInfo): number =>
    (parseTime(before?.disruptedPods?.[name]) ?? Number.NEGATIVE_INFINITY) + DELETION_TIMEOUT_MS;
  const going = new Set(staying.filter((pod) => expectedEnd(pod) >= nowMs));
  const disruptedPods = Object.fromEntries([...going].map(({ name }) => [name, before?.disruptedPods?.[name] ?? '']));
  const currentHealthy = staying.filter((pod) => pod.ready && !going.has(pod)).length;
  const allowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const status = withDisruptionsAllowed(
    {
      ...{ currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed: allowed },
      ...(going.size === 0 ? {} : { disruptedPods }),
      observedGeneration: metadata.generation ?? 0,
      ...(before?.conditions === undefined ? {} : { conditions: before.conditions }),
    },
    nowMs,
  );
  return {
    status: isSaid(before, status) ? undefined : status,
    recheckInMs: going.size === 0 ? undefined : Math.min(...[...going].map(expectedEnd)) - nowMs + 1,
    undeleted: staying.filter((pod) => before?.disruptedPods?.[pod.name] !== undefined && !going.has(pod)),
  };
}

/** The generation in the condition follows the next write. Source: ConditionsAreUpToDate. */
function isSaid(before: PodDisruptionBudget['status'], after: BudgetStatus): boolean {
  const [was, is] = [allowedCondition(before ?? {}), allowedCondition(after)];
  const { conditions: _, ...counts } = after;
  const { conditions: __, ...countsBefore } = before ?? {};
  return was?.status === is?.status && was?.reason === is?.reason && same(countsBefore, counts);
}

/** No eviction while the pods cannot be counted. */
export function failedStatus({ status }: PodDisruptionBudget, message: string, nowMs: number): BudgetStatus {
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = status ?? {};
  return {
    ...{ ...status, currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed: 0 },
    conditions: withAllowedCondition(status ?? {}, ['False', SYNC_FAILED, message], nowMs),
  };
}
