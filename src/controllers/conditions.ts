/** `status.conditions` lists: one entry a type; lastTransitionTime moves only when the status does. */
import type { ObjectMeta } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  [more: string]: unknown;
}

export const findCondition = <C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find((condition) => condition.type === type);

/** A new list; a condition that is there already keeps its place. */
export function withCondition<C extends Condition>(conditions: readonly C[] | undefined, next: C, nowMs: number): C[] {
  const before = findCondition(conditions, next.type);
  const since = before?.status === next.status ? before.lastTransitionTime : undefined;
  const entry = { ...next, lastTransitionTime: since ?? formatTime(nowMs) };
  const list = conditions ?? [];
  return before === undefined ? [...list, entry] : list.map((condition) => (condition === before ? entry : condition));
}

/** Part of a pod's condition: the generation that it speaks of. As PodObservedGenerationTracking has it, on since 1.34. */
export const observed = ({ generation }: Pick<ObjectMeta, 'generation'>): { observedGeneration?: number } =>
  generation === undefined ? {} : { observedGeneration: generation };

export const withoutCondition = <C extends { type: string }>(conditions: readonly C[] | undefined, type: string): C[] =>
  (conditions ?? []).filter((condition) => condition.type !== type);
