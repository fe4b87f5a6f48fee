/** The preStop hook of a container that is to stop. Its time counts against the grace period. */
import { callHandler } from '../call-handler.ts';
import { type ContainerView, isRunning } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import type { PodWork } from '../pod-work.ts';

export interface HookTime {
  /** When the stop began and when the grace period is over, in milliseconds since the epoch. */
  readonly since: number;
  readonly deadline: number;
}

/** undefined: there is none, or it is over, well or not. Else when to look again. */
export async function runPreStop(
  context: KubeletContext,
  work: PodWork,
  view: ContainerView,
  { since, deadline }: HookTime,
): Promise<number | undefined> {
  const { container, latest } = view;
  const handler = container.lifecycle?.preStop;
  const now = context.clock.now();
  if (handler === undefined || latest === undefined || !isRunning(view) || now >= deadline) {
    return undefined;
  }
  if (handler.sleep !== undefined) {
    const until = Math.min(since + handler.sleep.seconds * 1_000, deadline);
    return now < until ? until : undefined;
  }
  const podIP = work.runtimePod?.podIPs?.[0] ?? work.hostIP;
  const timeoutMs = deadline - since;
  const target = { work, container, attempt: latest.attempt, podIP, handler, timeoutMs, serial: since };
  const outcome = await callHandler(context, { ...target, purpose: 'preStop' });
  if (outcome === undefined) {
    return deadline;
  }
  if ('problem' in outcome || !outcome.success) {
    work.emit('Warning', 'FailedPreStopHook', 'PreStopHook failed', container.name);
  }
  return undefined;
}
