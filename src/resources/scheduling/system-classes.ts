/** The two priority classes that every cluster has. Source: pkg/apis/scheduling/v1/helpers.go, SystemPriorityClasses, 1.34. */
export interface SystemClass {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

export const SYSTEM_CLASSES: readonly SystemClass[] = [
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];
