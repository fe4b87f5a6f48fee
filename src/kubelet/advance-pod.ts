/**
 * One pass over one pod, up to its status: looks at what exists, does what must come before the status (sandbox,
 * pulls, kills) and says what is to be started after the status was written. Level-triggered: nothing is remembered
 * from pass to pass but what the runtime and the pod's status say.
 */
import { ReportedError } from '../errors.ts';
import { RuntimeError, type RuntimePod } from '../runtimes/runtime.ts';
import { parseTime } from '../values/rfc3339.ts';
import { DEADLINE_EXCEEDED, deadlineOf } from './active-deadline.ts';
import { sandboxSpec } from './container-spec.ts';
import { isAlive, viewContainers } from './container-view.ts';
import type { KubeletContext } from './context.ts';
import { isTerminal, type PodStatus, type Probe } from './pod.ts';
import { computePodActions, type PodActions, type WaitingReason } from './pod-actions.ts';
import { generatePodStatus, rejectedPodStatus, type StatusInput } from './pod-status.ts';
import type { PodStep, PodWork, ReadyStart } from './pod-work.ts';
import { prepareStart } from './prepare-start.ts';
import { type PodHealth, type ProbeRound, probePod } from './probes/probe-pod.ts';
import { type Actuated, actuateResizes } from './resize/actuate-resizes.ts';
import { settleResize } from './resize/settle-resize.ts';

const DEFAULT_GRACE_SECONDS = 30;
/** Source: kuberuntime minimumGracePeriodInSeconds. */
const LEAST_GRACE_SECONDS = 2;
/** How often a runtime is asked that cannot say when a stop is done. */
const LOOK_AGAIN_MS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

export async function advancePod(context: KubeletContext, work: PodWork): Promise<PodStep> {
  const { pod, rejection, emit } = work;
  const now = context.clock.now();
  if (pod.metadata.deletionTimestamp !== undefined) {
    return endPod(context, work);
  }
  if (isTerminal(pod.status)) {
    return stopFinished(context, work);
  }
  if (rejection !== undefined) {
    emit('Warning', rejection.reason, rejection.message);
    const status = rejectedPodStatus(pod, rejection.reason, rejection.message, now);
    return { work, status, starts: [], remove: false, nextAt: NEVER };
  }
  return deadlineOf(pod, now) <= now ? endOverdue(context, work) : runPod(context, work);
}

async function runPod(context: KubeletContext, work: PodWork): Promise<PodStep> {
  const { pod, runtime } = work;
  const { clock } = context;
  let { runtimePod } = work;
  const probed = await probe(context, work, { ending: false });
  let actions = computePodActions(pod, runtimePod, clock.now(), probed.health);
  if (actions.sandbox) {
    try {
      runtimePod = await runtime.ensurePod(sandboxSpec(pod, work.node));
    } catch (error) {
      return sandboxFailed(context, work, actions, error);
    }
    actions = computePodActions(pod, runtimePod, clock.now(), probed.health);
  }
  for (const { view, message, probe: reason } of actions.stop) {
    const { name } = view.container;
    announceKill(context, work, name, view.latest?.attempt ?? 0, message);
    const grace = stopGraceMs(work, reason === undefined ? undefined : view.container[`${reason}Probe`], clock.now());
    runtimePod = (await runtime.stopContainer(pod.metadata.uid, name, grace)) ?? runtimePod;
  }
  const resized = await actuateResizes(context, work, actions.resize, runtimePod);
  runtimePod = resized.runtimePod;
  if (actions.finished && runtimePod !== undefined && runtimePod.sandbox !== 'stopped') {
    runtimePod = await kill(context, work, runtimePod, graceMs(work, clock.now()));
  }
  return describeRunning(context, work, { ...resized, runtimePod }, actions, probed);
}

async function describeRunning(
  context: KubeletContext,
  work: PodWork,
  { runtimePod, error, nextAt: resizeAt }: Actuated,
  actions: PodActions,
  { health, probes, nextAt: probeAt }: PodHealth,
): Promise<PodStep> {
  const waiting = new Map<string, WaitingReason>(actions.waiting);
  for (const [name, { message }] of actions.waiting) {
    work.emit(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${name} in pod ${message?.split('pod=')[1] ?? ''}`,
      name,
    );
  }
  const starts: ReadyStart[] = [];
  const creating = runtimePod?.sandbox === 'creating' ? context.clock.now() + LOOK_AGAIN_MS : NEVER;
  const deadline = deadlineOf(work.pod, context.clock.now());
  let nextAt = Math.min(actions.nextAt, runtimePod?.changesAt ?? creating, deadline, probeAt, resizeAt);
  for (const start of actions.start) {
    const prepared = await prepareStart(context, work, start, runtimePod);
    if ('ready' in prepared) {
      starts.push(prepared.ready);
      continue;
    }
    nextAt = Math.min(nextAt, prepared.nextAt);
    if (prepared.waiting !== undefined) {
      waiting.set(start.container.name, prepared.waiting);
    }
  }
  const resize = settleResize(work, runtimePod, error, context.clock.now());
  const status = statusOf(context, work, runtimePod, { waiting, health, resize: resize.report });
  return { work, status, starts, remove: false, nextAt: Math.min(nextAt, resize.nextAt), note: { probes } };
}

/** A pod without containers to probe costs nothing. */
const probe = (context: KubeletContext, work: PodWork, { ending }: Pick<ProbeRound, 'ending'>): Promise<PodHealth> => {
  const { pod, runtimePod, hostIP } = work;
  const views = viewContainers(pod, runtimePod, context.clock.now());
  return probePod(context, { work, views, ending, podIP: runtimePod?.podIPs?.[0] ?? hostIP });
};

function sandboxFailed(context: KubeletContext, work: PodWork, { waiting }: PodActions, error: unknown): PodStep {
  if (!(error instanceof RuntimeError)) {
    throw error;
  }
  work.emit('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error.message}`);
  const status = statusOf(context, work, undefined, { waiting });
  return { work, status, starts: [], remove: false, nextAt: NEVER, error: new ReportedError(error) };
}

/** Deletion: TERM, KILL at the deadline, the last statuses, then away with it. */
async function endPod(context: KubeletContext, work: PodWork, failure?: StatusInput['failure']): Promise<PodStep> {
  const now = context.clock.now();
  const { health, probes, nextAt } = await probe(context, work, { ending: true });
  const after =
    work.runtimePod === undefined || isStopped(work.runtimePod)
      ? work.runtimePod
      : await kill(context, work, work.runtimePod, graceMs(work, now));
  const remove = after === undefined || isStopped(after);
  const status = statusOf(context, work, after, { ending: remove, failure, health });
  const lookAt = remove ? NEVER : Math.min(after.changesAt ?? now + LOOK_AGAIN_MS, nextAt);
  return { work, status, starts: [], remove, nextAt: lookAt, note: { probes } };
}

/** Over its active deadline: stopped as in a deletion, then Failed; the object stays. */
async function endOverdue(context: KubeletContext, work: PodWork): Promise<PodStep> {
  const key = `${work.pod.metadata.uid}/deadline`;
  if (context.announced.get(key) === undefined) {
    context.announced.set(key, true);
    work.emit('Normal', DEADLINE_EXCEEDED.reason, DEADLINE_EXCEEDED.message);
  }
  return { ...(await endPod(context, work, DEADLINE_EXCEEDED)), remove: false };
}

/** A terminal pod keeps its status; what is left of it in the runtime is stopped, its logs stay. */
async function stopFinished(context: KubeletContext, work: PodWork): Promise<PodStep> {
  const { runtimePod } = work;
  const now = context.clock.now();
  const after =
    runtimePod === undefined || isStopped(runtimePod)
      ? runtimePod
      : await kill(context, work, runtimePod, graceMs(work, now));
  const stopped = after === undefined || isStopped(after);
  const nextAt = stopped ? NEVER : (after.changesAt ?? now + LOOK_AGAIN_MS);
  return { work, status: work.pod.status ?? {}, starts: [], remove: false, nextAt };
}

const isStopped = (runtimePod: RuntimePod): boolean =>
  runtimePod.sandbox === 'stopped' && runtimePod.containers.every(({ state }) => state.phase === 'exited');

async function kill(
  context: KubeletContext,
  work: PodWork,
  runtimePod: RuntimePod,
  withinMs: number,
): Promise<RuntimePod | undefined> {
  for (const { name, attempt, state } of runtimePod.containers) {
    if (state.phase === 'running') {
      announceKill(context, work, name, attempt, `Stopping container ${name}`);
    }
  }
  return work.runtime.killPod(work.pod.metadata.uid, withinMs);
}

/** Once, however often a pass has to ask for it. */
function announceKill(
  { announced }: KubeletContext,
  { pod, emit }: PodWork,
  name: string,
  attempt: number,
  message: string,
): void {
  const key = `${pod.metadata.uid}/${name}/${attempt}`;
  if (announced.get(key) === undefined) {
    announced.set(key, true);
    emit('Normal', 'Killing', message, name);
  }
}

/** A probe's own grace period goes before the pod's, except in a deletion. */
function stopGraceMs(work: PodWork, by: Probe | undefined, now: number): number {
  const own = by?.terminationGracePeriodSeconds;
  return own === undefined ? graceMs(work, now) : Math.max(own, LEAST_GRACE_SECONDS) * 1_000;
}

/** What is left of the grace period, which began when the deletion was asked for, whichever worker saw it. */
function graceMs({ pod }: PodWork, now: number): number {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  const whole = (deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1_000;
  const deadline = parseTime(deletionTimestamp);
  return deadline === undefined ? whole : Math.max(0, Math.min(whole, deadline - now));
}

interface StatusOptions {
  readonly waiting?: ReadonlyMap<string, WaitingReason>;
  readonly ending?: boolean;
  readonly failure?: StatusInput['failure'];
  readonly resize?: StatusInput['resize'];
  readonly health?: PodHealth['health'];
}

function statusOf(
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
