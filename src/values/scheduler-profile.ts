/** A profile of the scheduler, as KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1) has it. Types only. */

export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
}
export interface UtilizationPoint {
  /** Percent. */
  readonly utilization: number;
  /** 0 to 10. */
  readonly score: number;
}
export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  readonly resources: readonly WeightedResource[];
  readonly requestedToCapacityRatio?: { readonly shape: readonly UtilizationPoint[] };
}
export interface SpreadDefault {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
}

/** `pluginConfig`, by the name of the plugin. */
export interface PluginArgs {
  readonly NodeResourcesFit?: {
    readonly scoringStrategy?: ScoringStrategy;
    readonly ignoredResources?: readonly string[];
  };
  readonly NodeResourcesBalancedAllocation?: { readonly resources?: readonly WeightedResource[] };
  readonly InterPodAffinity?: {
    readonly hardPodAffinityWeight?: number;
    readonly ignorePreferredTermsOfExistingPods?: boolean;
  };
  readonly PodTopologySpread?: {
    readonly defaultingType?: 'System' | 'List';
    readonly defaultConstraints?: readonly SpreadDefault[];
  };
}

export interface PluginSet {
  /** Overrides the default weights; a weight is of points alone. */
  readonly enabled: readonly { readonly name: string; readonly weight?: number }[];
  /** `*`: all that are not enabled here. */
  readonly disabled: readonly string[];
}

export const EXTENSION_POINTS = ['filter', 'postFilter', 'score', 'multiPoint'] as const;
export type ExtensionPoint = (typeof EXTENSION_POINTS)[number];

export interface SchedulerProfile {
  /** The pods that name it are scheduled by this profile. */
  readonly schedulerName: string;
  /** Of all nodes; 0: fewer the more there are. undefined: as for all profiles. */
  readonly percentageOfNodesToScore?: number;
  readonly plugins: Readonly<Partial<Record<ExtensionPoint, PluginSet>>>;
  readonly pluginConfig: PluginArgs;
}

export interface SchedulerSettings {
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffMs: number;
  readonly podMaxBackoffMs: number;
  readonly profiles: readonly SchedulerProfile[];
}

export const DEFAULT_SCHEDULER = 'default-scheduler';
export const DEFAULT_PROFILE: SchedulerProfile = { schedulerName: DEFAULT_SCHEDULER, plugins: {}, pluginConfig: {} };
