/** One pod of a batch: what was read of it, and what a pass has decided. */
import type { Fence, StoredObject } from '../registry/registry.ts';
import type { ContainerSpec, Runtime, RuntimePod } from '../runtimes/runtime.ts';
import type { KubeObject } from '../values/object.ts';
import type { ReadConfig } from './container-env.ts';
import type { Faults } from './faults/faults.ts';
import type { Node } from './node.ts';
import type { NodeSettings } from './node-settings.ts';
import type { Pod, PodStatus } from './pod.ts';
import type { Rejection } from './pod-admission.ts';
import type { Emit } from './pod-events.ts';
import type { PodNote } from './pod-note.ts';
import type { ResizeVerdict } from './resize/judge-resizes.ts';
import type { VolumeContext } from './volumes/volume.ts';

export interface PodWork {
  readonly key: string;
  readonly stored: StoredObject;
  /** With what its containers have been given of cpu and memory, and by the uid that its runtime knows. */
  readonly pod: Pod;
  /** As it is stored, with what its containers ask for. */
  readonly desired: Pod;
  /** Of a pod that asks for something else than it was given. */
  readonly resize: ResizeVerdict | undefined;
  readonly node: Node;
  readonly settings: NodeSettings;
  readonly faults: Faults;
  readonly hostIP: string;
  readonly runtime: Runtime;
  readonly runtimePod: RuntimePod | undefined;
  readonly rejection: Rejection | undefined;
  readonly emit: Emit;
  readonly readConfig: ReadConfig;
  readonly readClaim: VolumeContext['readClaim'];
  readonly readPersistentVolume: VolumeContext['readPersistentVolume'];
  readonly readRuntimeClass: (name: string) => Promise<KubeObject | undefined>;
  /** Of the pass: a write of one that has lost its shard is refused. */
  readonly fence: Fence;
  /** What the pass before left. */
  readonly note: PodNote;
  /** What is known of it is of a turn that its pass did not wait for. */
  readonly late?: { readonly step?: PodStep };
}

/** Of a turn that its pass did not wait for: what the runtime has, what is to be done, or that the runtime has forgotten it. */
export type LateTurn =
  | { readonly looked: RuntimePod | undefined }
  | { readonly step: PodStep }
  | { readonly isGone: boolean };

/** Everything a start needs is at hand. */
export interface ReadyStart {
  readonly spec: ContainerSpec;
  readonly attempt: number;
}

/** A pass before its status is written: what is left to do once that has succeeded. */
export interface PodStep {
  readonly work: PodWork;
  readonly status: PodStatus;
  /** What stages make of it; undefined: it stays. */
  readonly metadata?: Pod['metadata'];
  readonly starts: readonly ReadyStart[];
  /** All is stopped and the pod is to be deleted: forget it and take its object away, or the object alone. */
  readonly remove: boolean | 'object';
  /** Milliseconds since the epoch; Infinity: when something changes. */
  readonly nextAt: number;
  /** For the next pass; undefined: nothing. */
  readonly note?: PodNote;
}
