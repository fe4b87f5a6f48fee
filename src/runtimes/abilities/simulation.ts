/** What only a runtime that simulates can do: containers that fail by order, and stages of pods. A part of the contract in runtime.ts. */
import type { RuntimePod } from '../runtime.ts';

/** An end that nobody asked for. */
export interface ContainerEnd {
  readonly exitCode: number;
  /** `Error` or `OOMKilled`. */
  readonly reason: string;
}
/** Containers that fail by order; only of runtimes that can choose how a container ends. */
export interface Breaking {
  /** The attempt, if it runs, ends now as if by itself. Answers the state. */
  breakContainer(uid: string, container: string, attempt: number, end: ContainerEnd): Promise<RuntimePod | undefined>;
}

/** What else is to happen to a pod, once, when it has come so far; the kubelet does it. */
export interface PodStage {
  /** One stage of one pod, for good. */
  readonly key: string;
  readonly at: 'Admitted' | 'Initialized' | 'Running' | 'Ready' | 'Succeeded' | 'Failed' | 'Terminating' | 'Stopped';
  readonly delayMs: number;
  readonly addFinalizers: readonly string[];
  readonly removeFinalizers: readonly string[] | 'all';
  readonly events: readonly {
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly message: string;
  }[];
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}
export interface StagedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly nodeName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readinessGates: readonly string[];
  /** Init containers with them. */
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}
/** Stages of pods; only of runtimes that simulate. */
export interface Staging {
  /** false: no pod has any, and nobody has to ask. */
  readonly hasStages: boolean;
  /** In order: of two that set one condition the later one does. */
  stagesOf(pod: StagedPod): Promise<readonly PodStage[]>;
}
