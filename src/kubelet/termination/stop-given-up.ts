/** Stops the containers of a running pod that a probe or hook has given up, or that the pod wants otherwise. */
import { viewContainers } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import type { PodActions } from '../pod-actions.ts';
import type { PodWork } from '../pod-work.ts';
import { probeGraceMs } from './grace.ts';
import { planStops } from './stop-containers.ts';
import type { Terminated } from './terminate.ts';

/** How often a runtime is asked that cannot say when a stop is done. */
const LOOK_AGAIN_MS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

export async function stopGivenUp(
  context: KubeletContext,
  work: PodWork,
  { stop }: PodActions,
): Promise<Omit<Terminated, 'isStopped'>> {
  const { pod, runtime, runtimePod } = work;
  if (stop.length === 0) {
    return { runtimePod: undefined, stops: {}, nextAt: NEVER };
  }
  // What the runtime says: a container whose hook has failed does not show as running.
  const views = new Map(
    viewContainers(pod, runtimePod, context.clock.now()).map((view) => [view.container.name, view]),
  );
  const orders = stop.map(({ view, message, probe }) => ({
    ...{ view: views.get(view.container.name) ?? view, message, since: undefined, after: [] },
    graceMs: probeGraceMs(pod, probe),
  }));
  const { ready, stops, nextAt } = await planStops(context, work, orders);
  const calls = ready.map(({ container, withinMs }) => runtime.stopContainer(pod.metadata.uid, container, withinMs));
  const after = (await Promise.all(calls)).at(-1);
  const lookAt = ready.length === 0 ? NEVER : (after?.changesAt ?? context.clock.now() + LOOK_AGAIN_MS);
  return { runtimePod: after, stops, nextAt: Math.min(nextAt, lookAt) };
}
