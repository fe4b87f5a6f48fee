/** What a terminating namespace says about its content. Pure. Source: controller/namespace/deletion/status_condition_utils.go. */
import { type Condition, withCondition } from '../conditions.ts';

export interface Remaining {
  /** Objects left, by resource id. */
  readonly resources: ReadonlyMap<string, number>;
  /** Objects left, by finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
}

export function contentConditions(
  before: readonly Condition[] | undefined,
  { resources, finalizers }: Remaining,
  nowMs: number,
): Condition[] {
  const list = (counts: ReadonlyMap<string, number>, form: (name: string, count: number) => string): string =>
    [...counts]
      .map(([name, count]) => form(name, count))
      .sort()
      .join(', ');
  const remaining =
    resources.size === 0
      ? { status: 'False', reason: 'ContentRemoved', message: 'All content successfully removed' }
      : {
          ...{ status: 'True', reason: 'SomeResourcesRemain' },
          message: `Some resources are remaining: ${list(resources, (name, count) => `${name} has ${count} resource instances`)}`,
        };
  const held =
    finalizers.size === 0
      ? { status: 'False', reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' }
      : {
          ...{ status: 'True', reason: 'SomeFinalizersRemain' },
          message: `Some content in the namespace has finalizers remaining: ${list(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
        };
  const failure = {
    status: 'False',
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  };
  let conditions = withCondition(before, { type: 'NamespaceDeletionContentFailure', ...failure }, nowMs);
  conditions = withCondition(conditions, { type: 'NamespaceContentRemaining', ...remaining }, nowMs);
  return withCondition(conditions, { type: 'NamespaceFinalizersRemaining', ...held }, nowMs);
}
