/**
 * All due pods of a shard in one pass: one read of the pods, one of the nodes, one of the runtime; then each pod
 * advances on its own (the runtime gathers the calls), all statuses leave in one group commit, and only then are
 * containers started and pods taken away. A crash at any point leaves a state from which the next pass goes on.
 * A pod whose runtime takes its time is left behind (`LateTurns`): it holds up no other, and none of the nodes.
 */
import pLimit from 'p-limit';
import type { ReconcileContext } from '../queue/reconciler.ts';
import { RuntimeError } from '../runtimes/runtime.ts';
import { isSameJson } from '../values/same-json.ts';
import { advancePod } from './advance-pod.ts';
import type { KubeletContext } from './context.ts';
import { evictionOf } from './eviction/evicted.ts';
import { nextSyncMs } from './failure-back-off.ts';
import { finishPod } from './finish-pod.ts';
import { gatherPods } from './gather-pods.ts';
import { isTerminal, type PodStatus } from './pod.ts';
import type { PodKey } from './pod-key.ts';
import { formatNote } from './pod-note.ts';
import type { PodStep, PodWork } from './pod-work.ts';
import { asResult, type Results, settle } from './reconcile-results.ts';
import { type Removal, removePods } from './remove-pods.ts';
import { SHUTDOWN_MESSAGE } from './shutdown/groups.ts';
import { applyStages } from './stages/apply-stages.ts';

export async function syncPods(
  context: KubeletContext,
  keys: readonly PodKey[],
  { lease, signal }: ReconcileContext,
  results: Results,
): Promise<void> {
  const { podTurns } = context;
  const limit = pLimit(context.config.syncConcurrency);
  const works = await gatherPods(context, withoutThoseUnderWay(context, keys, results), lease, results);
  const steps: PodStep[] = [];
  const advance = async (work: PodWork): Promise<void> => {
    signal.throwIfAborted();
    const done = await podTurns.wait(
      work.key,
      lease,
      () => stepOf(context, work, lease),
      (step) => ({ step }),
    );
    done === undefined ? results.set(work.key, podTurns.waiting(formatNote(work.note))) : steps.push(done.value);
  };
  await Promise.all(works.map((work) => limit(() => settle(results, [work.key], () => advance(work)))));
  const written = await writeStatuses(context, steps, lease, results);
  tellShutDowns(context, written);
  const finish = async ({ work, step }: Removal): Promise<void> => {
    signal.throwIfAborted();
    const done = await podTurns.wait(work.key, lease, () => finishPod(context, step));
    results.set(work.key, done?.value ?? podTurns.waiting(formatNote(step.note ?? {})));
  };
  const staying = written.filter(({ step }) => step.remove === false);
  await Promise.all(staying.map((one) => limit(() => settle(results, [one.work.key], () => finish(one)))));
  signal.throwIfAborted();
  await removePods(
    context,
    written.filter(({ step }) => step.remove !== false),
    lease,
    results,
  );
  waitForRuntimes(context, keys, results);
}

/** What its node's readiness tells is no failure of the pod: it has its turn soon after the runtime is back. */
function waitForRuntimes({ random, logger }: KubeletContext, keys: readonly PodKey[], results: Results): void {
  for (const { key, note } of keys) {
    const result = results.get(key);
    if (result instanceof RuntimeError && result.code === 'Unavailable') {
      logger.debug({ err: result, key }, 'runtime of a pod does not answer');
      results.set(key, { requeueAfterMs: nextSyncMs(random), ...(note === undefined ? {} : { note }) });
    }
  }
}

function withoutThoseUnderWay({ podTurns }: KubeletContext, keys: readonly PodKey[], results: Results): PodKey[] {
  return keys.filter(({ key, note }) => {
    const isUnderWay = podTurns.isUnderWay(key);
    if (isUnderWay) {
      results.set(key, podTurns.waiting(note));
    }
    return !isUnderWay;
  });
}

/** An event that came while a turn was under way has made it due in vain; jitter is added. */
const AFTER_LATE_MS = 5_000;

async function stepOf(context: KubeletContext, given: PodWork, fence: ReconcileContext['lease']): Promise<PodStep> {
  if (given.late === undefined) {
    return applyStages(context, await advancePod(context, given), fence);
  }
  const { late, ...work } = given;
  const step = await lateStepOf(context, work, late.step, fence);
  const again = context.clock.now() + Math.round(AFTER_LATE_MS * (1 + context.random.next()));
  return step.remove === false ? { ...step, nextAt: Math.min(step.nextAt, again) } : step;
}

/** It stands as long as the pod is what it was; else what it has learnt is gone on from. */
async function lateStepOf(
  context: KubeletContext,
  work: PodWork,
  step: PodStep | undefined,
  fence: ReconcileContext['lease'],
): Promise<PodStep> {
  if (step?.work.stored.revision === work.stored.revision) {
    return step;
  }
  const given = step === undefined ? work : { ...work, note: step.note ?? {} };
  return applyStages(context, await advancePod(context, given), fence);
}

/** The next group of a node that shuts down may have its turn. */
function tellShutDowns(context: KubeletContext, written: readonly Removal[]): void {
  const isOver = ({ step: { work, status } }: Removal): boolean =>
    isTerminal(status) && !isTerminal(work.pod.status) && evictionOf(work.pod)?.message === SHUTDOWN_MESSAGE;
  const names = new Set(written.filter(isOver).map(({ work }) => work.node.metadata.name));
  if (names.size > 0) {
    context.wakeNodes(names);
  }
}

/** A pod that ends within this time need not say before that its end was noticed: of four writes that is one. */
const FOLDED_MS = 1_000;

/** The kubelet's status manager, too, writes only the last of what comes in a row. */
function isSoonOutdated({ work: { pod }, status, nextAt }: PodStep, now: number): boolean {
  return (
    pod.metadata.deletionTimestamp !== undefined &&
    nextAt - now <= FOLDED_MS &&
    isSameJson(withoutGenerations(pod.status ?? {}), withoutGenerations(status))
  );
}

const withoutGenerations = ({ observedGeneration: _, conditions = [], ...rest }: PodStatus) => ({
  ...rest,
  conditions: conditions.map(({ observedGeneration: __, ...condition }) => condition),
});

/** Answers the steps whose status stands in the store; the others have their result. */
async function writeStatuses(
  context: KubeletContext,
  steps: readonly PodStep[],
  fence: ReconcileContext['lease'],
  results: Results,
): Promise<Removal[]> {
  const changed: PodStep[] = [];
  const written: Removal[] = [];
  for (const step of steps) {
    const { work } = step;
    const isWritten = isSameJson(work.pod.status ?? {}, step.status) || isSoonOutdated(step, context.clock.now());
    step.metadata === undefined && isWritten ? written.push({ step, work, stored: work.stored }) : changed.push(step);
  }
  const changes = changed.map(({ work: { stored, desired }, status, metadata = desired.metadata }) => ({
    ...{ before: stored, decoded: desired },
    after: { ...desired, metadata, status },
  }));
  const answers = await context.registry.updateStatuses('pods', changes, { fence, component: 'kubelet' });
  for (const [i, step] of changed.entries()) {
    const { work, status, note } = step;
    const answer = answers[i];
    if (answer === undefined || answer instanceof Error) {
      const result = asResult(answer);
      const left = formatNote(note ?? {});
      results.set(work.key, result instanceof Error || left === undefined ? result : { ...result, note: left });
    } else {
      written.push({ step, work, stored: answer });
      if (isTerminal(status)) {
        context.admitted.release(work.node.metadata.name, work.pod.metadata.uid);
      }
    }
  }
  return written;
}
