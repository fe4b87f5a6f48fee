/** Stops all of a pod: hooks, turns, grace, and at last its sandbox. */
import type { RuntimePod } from '../../runtimes/runtime.ts';
import { type ContainerView, isAlive, viewContainers } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import type { PodWork } from '../pod-work.ts';
import { isInMemory } from '../volumes/memory-size.ts';
import { deletedSince, podGraceMs } from './grace.ts';
import { planStops, type StopNotes } from './stop-containers.ts';
import { endsAfter } from './stop-turns.ts';

export interface Terminated {
  readonly runtimePod: RuntimePod | undefined;
  readonly isStopped: boolean;
  readonly stops: StopNotes;
  /** When to look again; Infinity: all is stopped. */
  readonly nextAt: number;
}

/** How often a runtime is asked that cannot say when a stop is done. */
const LOOK_AGAIN_MS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

export const isStopped = (runtimePod: RuntimePod): boolean =>
  runtimePod.sandbox === 'stopped' && runtimePod.containers.every(({ state }) => state.phase === 'exited');

interface Terms {
  /** When the grace period began, where neither a deletion nor the note says. */
  readonly since?: number | undefined;
  /** The most of it that is left to the pod. */
  readonly graceMs?: number | undefined;
}

/** What it held in memory is given back once all is stopped, whoever stopped it: a worker may have died in between. */
export async function terminate(context: KubeletContext, work: PodWork, terms: Terms = {}): Promise<Terminated> {
  const terminated = await stopAll(context, work, terms);
  const { pod, runtime } = work;
  if (terminated.isStopped && pod.spec.volumes?.some(isInMemory) === true) {
    await runtime.memoryVolumes?.unmount(pod.metadata.uid);
  }
  return terminated;
}

/** What it held in memory stays. */
export async function stopAll(
  context: KubeletContext,
  work: PodWork,
  { since, graceMs = Number.POSITIVE_INFINITY }: Terms = {},
): Promise<Terminated> {
  const { pod, runtime, runtimePod } = work;
  if (runtimePod === undefined || isStopped(runtimePod)) {
    return { runtimePod, isStopped: true, stops: {}, nextAt: NEVER };
  }
  const views = viewContainers(pod, runtimePod, context.clock.now());
  const orderOf = (view: ContainerView) => ({
    view,
    message: `Stopping container ${view.container.name}`,
    since: deletedSince(pod) ?? since,
    graceMs: Math.min(podGraceMs(pod), graceMs),
    after: endsAfter(view, views),
  });
  const orders = views.filter(isAlive).map(orderOf);
  const { ready, stops, nextAt } = await planStops(context, work, orders);
  const { uid } = pod.metadata;
  let after: RuntimePod | undefined = runtimePod;
  if (ready.length === orders.length) {
    after = await runtime.killPod(uid, Math.max(0, ...ready.map(({ withinMs }) => withinMs)));
  } else {
    const calls = ready.map(({ container, withinMs }) => runtime.stopContainer(uid, container, withinMs));
    after = (await Promise.all(calls)).at(-1) ?? runtimePod;
  }
  if (after === undefined || isStopped(after)) {
    return { runtimePod: after, isStopped: true, stops: {}, nextAt: NEVER };
  }
  const changesAt = after.changesAt ?? (ready.length === 0 ? NEVER : context.clock.now() + LOOK_AGAIN_MS);
  return { runtimePod: after, isStopped: false, stops, nextAt: Math.min(nextAt, changesAt) };
}
