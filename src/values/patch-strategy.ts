/**
 * How a strategic merge patch treats the fields of a kind: the data that Kubernetes keeps in struct tags
 * (`patchStrategy`, `patchMergeKey`). resources/ makes it from a kind's schema; strategic-merge-patch.ts reads it.
 */
export interface PatchStrategy {
  /** The strategy of a field of this map; undefined: plain rules. */
  field(name: string): FieldStrategy | undefined;
}

export interface FieldStrategy {
  readonly patchStrategy: 'merge' | 'replace';
  readonly mergeKey?: string;
  readonly retainKeys?: boolean;
  /** Of the map itself, or of the list's items. */
  readonly nested?: PatchStrategy;
}
