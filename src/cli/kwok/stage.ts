/**
 * kwok/: stages of KWOK (kwok.x-k8s.io/v1alpha1) as SimulationProfiles. Each file is one step: read, find out what a stage
 * does, whom it selects, put those together. Pure. Source: kwok's pkg/apis/v1alpha1/stage_types.go.
 * May import values, and yaml.
 */

export interface Requirement {
  /** As a jq path, such as `.metadata.labels["app"]`. */
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface StageEvent {
  readonly field: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export interface StageFinalizers {
  readonly field: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly removeAll: boolean;
}

export interface Stage {
  readonly name: string;
  /** `v1` is the core group's. */
  readonly apiGroup: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly requirements: readonly Requirement[];
  /** Whole milliseconds. */
  readonly delay: { readonly ms: number; readonly jitterMs?: number };
  readonly weight: number;
  readonly isDelete: boolean;
  /** Of the status, one after another. */
  readonly statusTemplate: string;
  /** Where the first of it is. */
  readonly templateField: string;
  readonly events: readonly StageEvent[];
  readonly finalizers: readonly StageFinalizers[];
  /** Fields whose meaning nothing here looks at, and why. */
  readonly unread: readonly { readonly field: string; readonly why: string }[];
}

/** `kubelet`: the kubelet sees to it anyway. `close`: it comes out a little different. `lost`: it does not come over. */
export type Degree = 'kubelet' | 'close' | 'lost';

export interface Note {
  readonly stage: string;
  readonly field: string;
  readonly degree: Degree;
  readonly why: string;
}
