/**
 * What to do next for a pod that should run: a pure function of the pod, of what exists and of the time. Everything
 * that a sync does follows from its answer, so it can be called again at any point, after any crash.
 * Order: init containers one by one, sidecars as soon as it is their turn, then all main containers. Ephemeral ones
 * start at any time of that, once, and never again.
 * Source: kuberuntime_manager.go computePodActions, ShouldContainerBeRestarted.
 */

import type { RuntimePod } from '../runtimes/runtime.ts';
import { formatGoDuration } from '../values/kubelet-configuration/go-duration.ts';
import {
  type ContainerKind,
  type ContainerView,
  hasSucceeded,
  isAlive,
  isOfOldSandbox,
  isOver,
  isRunning,
  previousRun,
  runOf,
  viewContainers,
} from './container-view.ts';
import { type Container, type Pod, type Probe, podLabel } from './pod.ts';
import type { PodHealth } from './probes/probe-pod.ts';
import { resizeUnderWay } from './resize/allocation.ts';
import { resizeOf, restartsForResize } from './resize/container-resize.ts';
import { crashBackOffMs, remainingBackOffMs } from './restart-back-off.ts';

/** Why a container waits, as in `state.waiting`. */
export interface WaitingReason {
  readonly reason: string;
  readonly message?: string;
}
export interface StartAction {
  readonly container: Container;
  readonly kind: ContainerKind;
  readonly attempt: number;
}
export interface StopAction {
  readonly view: ContainerView;
  /** For the event. */
  readonly message: string;
  /** The probe that gave it up, whose grace period goes before the pod's. */
  readonly probe?: Probe;
}
export interface PodActions {
  readonly views: readonly ContainerView[];
  /** Make the sandbox before anything else. */
  readonly sandbox: boolean;
  /** Its sandbox is gone and containers live on: all are to be stopped before there is another. */
  readonly isBereft: boolean;
  /** Containers to start now, if their images are there. */
  readonly start: readonly StartAction[];
  /** Containers to stop because the pod now names another image or a probe has given them up. */
  readonly stop: readonly StopAction[];
  /** Running containers to get other resources where they are. */
  readonly resize: readonly ContainerView[];
  /** Containers that wait for their crash back-off. */
  readonly waiting: ReadonlyMap<string, WaitingReason>;
  /** Nothing will run again: the rest of the pod can be stopped. */
  readonly finished: boolean;
  /** When to look again at the latest, in milliseconds since the epoch; Infinity: when something changes. */
  readonly nextAt: number;
}

/** A first look at an exit is reported as Terminated; the back-off is named a moment later, as the kubelet does. */
const NAME_BACK_OFF_AFTER_MS = 1_000;

interface Plan {
  readonly pod: Pod;
  readonly runtimePod: RuntimePod | undefined;
  readonly now: number;
  readonly maxBackOffMs: number | undefined;
  readonly health: PodHealth['health'];
  readonly start: StartAction[];
  readonly stop: StopAction[];
  readonly resize: ContainerView[];
  readonly waiting: Map<string, WaitingReason>;
  nextAt: number;
}

export function computePodActions(
  pod: Pod,
  runtimePod: RuntimePod | undefined,
  now: number,
  health: PodHealth['health'],
  maxBackOffMs?: number,
): PodActions {
  const views = viewContainers(pod, runtimePod, now);
  const lists = { start: [], stop: [], resize: [] };
  const plan: Plan = {
    ...{ pod, runtimePod, now, maxBackOffMs, health, ...lists },
    ...{ waiting: new Map(), nextAt: Number.POSITIVE_INFINITY },
  };
  const finished = isFinished(pod, views);
  if (!finished) {
    planContainers(plan, views);
  }
  const sandboxReady = runtimePod?.sandbox === 'ready';
  const wanted = plan.start.length > 0 || (!finished && runtimePod === undefined);
  const isGone = runtimePod?.sandbox === 'stopped';
  const isBereft = isGone && !finished && views.some(isAlive);
  return {
    ...{ views, isBereft },
    sandbox: wanted && !isBereft && (runtimePod === undefined || isGone),
    start: sandboxReady ? plan.start : [],
    stop: plan.stop,
    resize: plan.resize,
    waiting: plan.waiting,
    finished,
    nextAt: Math.min(plan.nextAt, runtimePod?.changesAt ?? Number.POSITIVE_INFINITY),
  };
}

function isFinished(pod: Pod, views: readonly ContainerView[]): boolean {
  const mains = views.filter(({ kind }) => kind === 'main');
  const initFailed = views.some(
    (view) => view.kind === 'init' && isOver(view) && !hasSucceeded(view) && pod.spec.restartPolicy === 'Never',
  );
  return initFailed || (mains.every(isOver) && !mains.some((view) => mayRestart(pod, view)));
}

/** By the restart policy alone, whatever the back-off. Sidecars always; init containers until they succeed. */
function mayRestart(pod: Pod, view: ContainerView): boolean {
  if (restartsForResize(pod, view)) {
    return true;
  }
  const policy = view.kind === 'sidecar' ? 'Always' : (pod.spec.restartPolicy ?? 'Always');
  if (view.kind === 'init') {
    return policy !== 'Never' && !hasSucceeded(view);
  }
  return policy === 'Always' || (policy === 'OnFailure' && !hasSucceeded(view));
}

function planContainers(plan: Plan, views: readonly ContainerView[]): void {
  const mains = views.filter(({ kind }) => kind === 'main');
  const initialized = mains.some((view) => view.latest !== undefined && !isOld(plan, view));
  for (const { container, kind, latest } of views) {
    if (kind === 'ephemeral' && latest === undefined) {
      plan.start.push({ container, kind, attempt: 0 });
    }
  }
  for (const view of views.filter(({ kind }) => kind === 'init' || kind === 'sidecar')) {
    if (view.kind === 'init' && (initialized || (hasSucceeded(view) && !isOld(plan, view)))) {
      continue;
    }
    planOne(plan, view);
    if (!initialized && !(view.kind === 'sidecar' && hasStarted(plan, view))) {
      return;
    }
  }
  for (const view of mains) {
    planOne(plan, view);
    if (view.container.lifecycle?.postStart !== undefined && !isRunning(view) && !isSettled(plan, view)) {
      return;
    }
  }
}

/** Over, and not about to be started: it holds nobody up. */
const isSettled = ({ start }: Plan, view: ContainerView): boolean =>
  isOver(view) && !start.some(({ container }) => container === view.container);

function planOne(plan: Plan, view: ContainerView): void {
  const { container, kind, latest } = view;
  if (latest === undefined) {
    plan.start.push({ container, kind, attempt: 0 });
  } else if (isAlive(view)) {
    planStop(plan, view, latest.image);
  } else if (mayRestart(plan.pod, view) || (kind === 'init' && isOld(plan, view))) {
    planRestart(plan, view, latest.attempt);
  }
}

const isOld = ({ runtimePod }: Plan, view: ContainerView): boolean => isOfOldSandbox(view, runtimePod);

/** By its startup probe, if it has one. */
const hasStarted = ({ health }: Plan, view: ContainerView): boolean =>
  isRunning(view) && (health.get(view.container.name)?.started ?? true);

function planStop(plan: Plan, view: ContainerView, image: string): void {
  const { pod, health, stop } = plan;
  const { container, kind } = view;
  const failed = health.get(container.name)?.failed;
  if (container.image !== undefined && image !== container.image) {
    stop.push({ view, message: `Container ${container.name} definition changed, will be restarted` });
  } else if (failed === 'postStart') {
    stop.push({ view, message: 'FailedPostStartHook' });
  } else if (failed !== undefined) {
    const what = kind === 'main' ? 'Container' : 'Init container';
    const then = kind === 'main' && pod.spec.restartPolicy !== 'Never' ? ', will be restarted' : '';
    const probe = container[`${failed}Probe`];
    stop.push({ view, message: `${what} ${container.name} failed ${failed} probe${then}`, ...(probe && { probe }) });
  } else if (resizeUnderWay(pod) !== undefined) {
    planResize(plan, view);
  }
}

function planResize({ stop, resize }: Plan, view: ContainerView): void {
  const how = isRunning(view) ? resizeOf(view) : undefined;
  if (how === 'restart') {
    stop.push({ view, message: `Container ${view.container.name} resize requires restart` });
  } else if (how === 'update') {
    resize.push(view);
  }
}

function planRestart(plan: Plan, view: ContainerView, attempt: number): void {
  const { container, kind, latest } = view;
  const last = runOf(latest);
  if (last === undefined) {
    return;
  }
  const isNew = container.image !== undefined && latest?.image !== container.image;
  const replaced = isNew || restartsForResize(plan.pod, view) || (view.kind === 'init' && isOld(plan, view));
  const backOffMs = replaced ? 0 : crashBackOffMs(attempt, last, previousRun(view), plan.maxBackOffMs);
  const leftMs = remainingBackOffMs(backOffMs, last.finishedAt, plan.now);
  if (leftMs === 0) {
    plan.start.push({ container, kind, attempt: attempt + 1 });
    return;
  }
  const known = view.reported?.state.running === undefined;
  plan.nextAt = Math.min(plan.nextAt, plan.now + (known ? leftMs : Math.min(leftMs, NAME_BACK_OFF_AFTER_MS)));
  if (known) {
    plan.waiting.set(container.name, {
      reason: 'CrashLoopBackOff',
      message: `back-off ${formatGoDuration(backOffMs)} restarting failed container=${container.name} pod=${podLabel(plan.pod)}`,
    });
  }
}
