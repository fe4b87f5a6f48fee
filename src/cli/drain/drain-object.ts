/** fleet.flotilla.dev/v1alpha1 Drain as the command line writes and shows it. Types only. */
import type { LabelSelector } from '../../values/label-selector.ts';

export interface DrainSpec {
  nodeNames?: readonly string[];
  nodeSelector?: LabelSelector;
  pool?: string;
  zone?: string;
  order?: string;
  parallelism?: number;
  deadlineSeconds?: number;
  gracePeriodSeconds?: number;
  podSelector?: LabelSelector;
  ignoreDaemonSets?: boolean;
  deleteEmptyDirData?: boolean;
  force?: boolean;
  paused?: boolean;
  cancelled?: boolean;
  uncordonOnCancel?: boolean;
}
export interface Drain {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly phase?: string;
    readonly nodesTotal?: number;
    readonly nodesDrained?: number;
    readonly podsEvicted?: number;
    readonly podsRemaining?: number;
    readonly podsEnding?: number;
    readonly nodesMissing?: readonly string[];
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly nodes?: readonly {
      readonly name: string;
      readonly state: string;
      readonly podsRemaining: number;
      readonly message?: string;
    }[];
    readonly blockedPods?: readonly {
      readonly namespace: string;
      readonly name: string;
      readonly node: string;
      readonly budget?: string;
    }[];
  };
}
