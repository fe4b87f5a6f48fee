/** What a terminating namespace says about its content. Pure. Source: controller/namespace/deletion/status_condition_utils.go. */
import { type Condition, withCondition } from '../conditions.ts';

export interface Remaining {
  /** Objects left, by resource id. */
  readonly resources: ReadonlyMap<string, number>;
  /** Objects left, by finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** Kinds that could not be deleted. */
  readonly failures: readonly Error[];
}

/** Conditions of Kubernetes' namespace controller that cannot be True here, as there is no discovery to fail. */
const ALWAYS_WELL = [
  {
    ...{ type: 'NamespaceDeletionDiscoveryFailure', status: 'False', reason: 'ResourcesDiscovered' },
    message: 'All resources successfully discovered',
  },
  {
    ...{ type: 'NamespaceDeletionGroupVersionParsingFailure', status: 'False', reason: 'ParsedGroupVersions' },
    message: 'All legacy kube types successfully parsed',
  },
];

/** Kubernetes writes resource, dot, group; the group of the core is empty. */
const qualified = (id: string): string => (id.includes('.') ? id : `${id}.`);

export function contentConditions(
  before: readonly Condition[] | undefined,
  { resources, finalizers, failures }: Remaining,
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
          message: `Some resources are remaining: ${list(resources, (name, count) => `${qualified(name)} has ${count} resource instances`)}`,
        };
  const held =
    finalizers.size === 0
      ? { status: 'False', reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' }
      : {
          ...{ status: 'True', reason: 'SomeFinalizersRemain' },
          message: `Some content in the namespace has finalizers remaining: ${list(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
        };
  const failed =
    failures.length === 0
      ? {
          ...{ status: 'False', reason: 'ContentDeleted' },
          message: 'All content successfully deleted, may be waiting on finalization',
        }
      : {
          ...{ status: 'True', reason: 'ContentDeletionFailed' },
          message: `Failed to delete all resource types, ${failures.length} remaining: ${failures.map(({ message }) => message).join(', ')}`,
        };
  return [
    ...ALWAYS_WELL,
    { type: 'NamespaceDeletionContentFailure', ...failed },
    { type: 'NamespaceContentRemaining', ...remaining },
    { type: 'NamespaceFinalizersRemaining', ...held },
  ].reduce<Condition[]>((conditions, next) => withCondition(conditions, next, nowMs), [...(before ?? [])]);
}
