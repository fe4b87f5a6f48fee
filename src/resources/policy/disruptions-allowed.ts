/**
 * The DisruptionAllowed condition of a budget, which evictions and the disruption controller both keep. Pure.
 * Source: component-helpers/apps/poddisruptionbudget/helpers.go.
 */
import { formatTime } from '../../values/rfc3339.ts';

export interface BudgetCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  observedGeneration?: number;
  lastTransitionTime: string;
}
export interface BudgetStatus {
  observedGeneration?: number;
  disruptionsAllowed: number;
  currentHealthy: number;
  desiredHealthy: number;
  expectedPods: number;
  /** Pods whose eviction was granted and whose end the controller has not seen: name → when. */
  disruptedPods?: Record<string, string>;
  conditions?: BudgetCondition[];
}

export const DISRUPTION_ALLOWED = 'DisruptionAllowed';
export const SYNC_FAILED = 'SyncFailed';

export const allowedCondition = ({ conditions = [] }: Pick<BudgetStatus, 'conditions'>): BudgetCondition | undefined =>
  conditions.find(({ type }) => type === DISRUPTION_ALLOWED);

/** A new list; the time moves only when the status does. */
export function withAllowedCondition(
  { conditions = [], observedGeneration }: Pick<BudgetStatus, 'conditions' | 'observedGeneration'>,
  [status, reason, message]: readonly [status: 'True' | 'False', reason: string, message: string],
  nowMs: number,
): BudgetCondition[] {
  const before = allowedCondition({ conditions });
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : formatTime(nowMs);
  const generation = observedGeneration === undefined ? {} : { observedGeneration };
  const condition = { type: DISRUPTION_ALLOWED, status, ...generation, lastTransitionTime, reason, message };
  return [...conditions.filter((entry) => entry !== before), condition];
}

/** The status with the condition that its `disruptionsAllowed` asks for. */
export function withDisruptionsAllowed(status: BudgetStatus, nowMs: number): BudgetStatus {
  const said = status.disruptionsAllowed > 0 ? (['True', 'SufficientPods', ''] as const) : INSUFFICIENT;
  return { ...status, conditions: withAllowedCondition(status, said, nowMs) };
}

const INSUFFICIENT = ['False', 'InsufficientPods', ''] as const;
