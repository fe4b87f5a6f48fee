/** The status of a pod as a pass finds it. */
import type { RuntimePod } from '../runtimes/runtime.ts';
import { isAlive, viewContainers } from './container-view.ts';
import type { KubeletContext } from './context.ts';
import type { PodStatus } from './pod.ts';
import type { WaitingReason } from './pod-actions.ts';
import { generatePodStatus, type StatusInput } from './pod-status.ts';
import type { PodWork } from './pod-work.ts';
import type { PodHealth } from './probes/probe-pod.ts';

export interface StatusOptions {
  readonly waiting?: ReadonlyMap<string, WaitingReason>;
  readonly ending?: boolean;
  readonly failure?: StatusInput['failure'];
  readonly resize?: StatusInput['resize'];
  readonly health?: PodHealth['health'];
}

export function statusOf(
  context: KubeletContext,
  { pod, runtime, hostIP }: PodWork,
  runtimePod: RuntimePod | undefined,
  { waiting = new Map(), ending = false, failure, resize, health = new Map() }: StatusOptions,
): PodStatus {
  const now = context.clock.now();
  const views = viewContainers(pod, runtimePod, now);
  const done = ending && !views.some(isAlive);
  return generatePodStatus({
    ...{ pod, views, runtimePod, runtimeName: runtime.name, waiting, health, resize, ending: done, hostIP, now },
    ...(failure === undefined ? {} : { failure }),
  });
}
