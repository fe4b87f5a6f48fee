/** A pass over a pod that is to run: sandbox, hooks of what came up, probes, what is to be stopped, what is to start. */
import { setImmediate } from 'node:timers/promises';
import { RuntimeError, type RuntimePod } from '../runtimes/runtime.ts';
import { deadlineOf } from './active-deadline.ts';
import type { KubeletContext } from './context.ts';
import { nextSyncMs } from './failure-back-off.ts';
import { breakContainers } from './faults/break-containers.ts';
import { failedHooks, holdBack, runPostStarts, type Started } from './hooks/post-start.ts';
import { podLabel } from './pod.ts';
import { computePodActions, type PodActions, type WaitingReason } from './pod-actions.ts';
import type { PodNote, SlowStart } from './pod-note.ts';
import type { PodStep, PodWork, ReadyStart } from './pod-work.ts';
import { prepareStart } from './prepare-start.ts';
import { type PodHealth, probeNow } from './probes/probe-pod.ts';
import { type Actuated, actuateResizes } from './resize/actuate-resizes.ts';
import { settleResize } from './resize/settle-resize.ts';
import { sandboxSpec } from './sandbox-spec.ts';
import { statusOf } from './status-of.ts';
import { stopGivenUp } from './termination/stop-given-up.ts';
import { stopAll, terminate } from './termination/terminate.ts';
import { mountVolumes } from './volumes/mount-volumes.ts';

/** How often a runtime is asked that cannot say when a sandbox is made. */
const LOOK_AGAIN_MS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;
/** Starts that are prepared between two turns of the event loop: nothing in it waits for anybody, mostly. */
const AT_ONCE = 500;

export async function runPod(context: KubeletContext, given: PodWork): Promise<PodStep> {
  const { work, nextAt: breaksAt } = await breakContainers(context, given);
  const { pod, runtime, settings } = work;
  const { maxRestartBackOffMs } = settings;
  const { clock } = context;
  const started = await runPostStarts(context, work);
  const probed = await probeNow(context, work, started.runtimePod, false);
  const health = new Map([...probed.health, ...failedHooks(started)]);
  let { runtimePod } = started;
  let actions = computePodActions(pod, runtimePod, clock.now(), health, maxRestartBackOffMs);
  tellOfNewSandbox(work, runtimePod, actions);
  if (actions.sandbox) {
    const retryAt = await mountVolumes(context, work);
    if (retryAt !== undefined) {
      const status = statusOf(context, work, runtimePod, { waiting: actions.waiting });
      return { work, status, starts: [], remove: false, nextAt: Math.min(retryAt, deadlineOf(pod, clock.now())) };
    }
    try {
      runtimePod = await runtime.ensurePod(await sandboxSpec(work));
    } catch (error) {
      return sandboxFailed(context, work, actions, error);
    }
    actions = computePodActions(pod, runtimePod, clock.now(), health, maxRestartBackOffMs);
  }
  const stopped = await stop(context, work, actions);
  const resized = await actuateResizes(context, work, actions.resize, stopped.runtimePod ?? runtimePod);
  runtimePod = holdBack(resized.runtimePod, started.held);
  const note = { probes: probed.probes, hooks: started.hooks, stops: stopped.stops };
  const nextAt = Math.min(breaksAt, started.nextAt, probed.nextAt, stopped.nextAt, resized.nextAt);
  return describeRunning(context, work, runtimePod, {
    actions,
    health,
    started,
    note,
    nextAt,
    resizeError: resized.error,
  });
}

/** Once: what is stopped for it is noted. Source: kuberuntime_manager.go, SyncPod. */
function tellOfNewSandbox({ emit, note }: PodWork, runtimePod: RuntimePod | undefined, actions: PodActions): void {
  const isReplaced = actions.isBereft || (actions.sandbox && runtimePod !== undefined);
  if (isReplaced && Object.keys(note.stops ?? {}).length === 0) {
    emit('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  }
}

function stop(context: KubeletContext, work: PodWork, actions: PodActions): ReturnType<typeof stopGivenUp> {
  if (actions.finished) {
    return terminate(context, work);
  }
  return actions.isBereft ? stopAll(context, work) : stopGivenUp(context, work, actions);
}

interface Pass {
  readonly actions: PodActions;
  readonly health: PodHealth['health'];
  readonly started: Started;
  readonly note: PodNote;
  readonly nextAt: number;
  readonly resizeError: Actuated['error'] | undefined;
}

async function describeRunning(
  context: KubeletContext,
  work: PodWork,
  runtimePod: RuntimePod | undefined,
  { actions, health, started, note, nextAt: passAt, resizeError }: Pass,
): Promise<PodStep> {
  const waiting = new Map<string, WaitingReason>(actions.waiting);
  for (const name of actions.waiting.keys()) {
    const message = `Back-off restarting failed container ${name} in pod ${podLabel(work.pod)}`;
    work.emit('Warning', 'BackOff', message, name);
  }
  const starts: ReadyStart[] = [];
  const slow: Record<string, SlowStart> = {};
  const now = context.clock.now();
  // What is neither is being made, or is nothing that a runtime may say: an event need not come.
  const isMade = runtimePod === undefined || runtimePod.sandbox === 'ready' || runtimePod.sandbox === 'stopped';
  const creating = isMade ? NEVER : now + LOOK_AGAIN_MS;
  let nextAt = Math.min(passAt, actions.nextAt, runtimePod?.changesAt ?? creating, deadlineOf(work.pod, now));
  for (const [i, start] of actions.start.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) {
      await setImmediate();
    }
    const { name } = start.container;
    const failure = started.hooks[name]?.failure;
    if (failure !== undefined) {
      waiting.set(name, { reason: 'PostStartHookError', message: failure });
    }
    const prepared = await prepareStart(context, work, start, runtimePod);
    if ('ready' in prepared) {
      starts.push(prepared.ready);
      continue;
    }
    nextAt = Math.min(nextAt, prepared.nextAt);
    const held = prepared.slow ?? work.note.slow?.[name];
    if (held !== undefined) {
      slow[name] = held;
    }
    if (prepared.waiting !== undefined) {
      waiting.set(name, prepared.waiting);
    }
  }
  const resize = settleResize(work, runtimePod, resizeError, now);
  nextAt = Math.min(nextAt, resize.nextAt);
  const status = statusOf(context, work, runtimePod, { waiting, health, resize: resize.report });
  return { work, status, starts, remove: false, nextAt, note: { ...note, slow } };
}

function sandboxFailed(context: KubeletContext, work: PodWork, { waiting }: PodActions, error: unknown): PodStep {
  if (!(error instanceof RuntimeError)) {
    throw error;
  }
  work.emit('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error.message}`);
  const status = statusOf(context, work, undefined, { waiting });
  const now = context.clock.now();
  const nextAt = Math.min(now + nextSyncMs(context.random), deadlineOf(work.pod, now));
  return { work, status, starts: [], remove: false, nextAt, note: work.note };
}
