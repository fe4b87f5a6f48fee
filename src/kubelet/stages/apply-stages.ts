/**
 * stages/: what else a runtime that simulates wants to happen to a pod, once, when it has come so far: finalizers, events,
 * conditions. Which stages a pod is through stands in its annotation, written in one piece with what they do to the pod,
 * compared on its resourceVersion. Events go before, by names that say which stage of which pod they are of, so that a
 * pass that is repeated after a crash finds them there. Nothing is done for pods without stages.
 *
 * This file: one pass's part.
 */
import type { Fence } from '../../registry/registry.ts';
import type { PodStage } from '../../runtimes/runtime.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { KubeletContext } from '../context.ts';
import type { Pod } from '../pod.ts';
import type { PodStep } from '../pod-work.ts';
import { stageConditions } from './conditions.ts';
import { formatDone, readDone, STAGES_ANNOTATION } from './done.ts';
import { writeStageEvents } from './events.ts';
import { reachedAt } from './reached.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The step with what the stages add to it. */
export async function applyStages(context: KubeletContext, step: PodStep, fence: Fence): Promise<PodStep> {
  const { pod, runtime } = step.work;
  const { staging } = runtime;
  if (staging === undefined || !staging.hasStages) {
    return step;
  }
  const { uid, namespace, name, labels = {} } = pod.metadata;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const stages = await staging.stagesOf({
    ...{ uid, namespace, name, labels, nodeName: pod.spec.nodeName ?? '' },
    readinessGates: (pod.spec.readinessGates ?? []).map(({ conditionType }) => conditionType),
    containers: containers.map((one) => ({ name: one.name, image: one.image ?? '' })),
  });
  if (stages.length === 0) {
    return step;
  }
  const now = context.clock.now();
  const { due, nextAt } = dueStages(stages, step, now);
  await writeStageEvents(context.registry, step.work, due, now, fence);
  const done = readDone(pod.metadata);
  const through = stages.filter((stage) => done.has(stage.key) || due.includes(stage));
  const conditions = stageConditions(through, step.status, pod, now);
  return {
    ...step,
    ...(conditions === undefined ? {} : { status: { ...step.status, conditions } }),
    ...(due.length === 0 ? {} : { metadata: changed(step.work.desired.metadata, due, done) }),
    nextAt: Math.min(step.nextAt, nextAt),
  };
}

interface Due {
  readonly due: readonly PodStage[];
  /** When the next stage's delay is over. */
  readonly nextAt: number;
}

function dueStages(stages: readonly PodStage[], step: PodStep, now: number): Due {
  const done = readDone(step.work.pod.metadata);
  const own = new Set(
    stages.filter(({ key }) => done.has(key)).flatMap(({ conditions }) => conditions.map(({ type }) => type)),
  );
  const due: PodStage[] = [];
  let nextAt = NEVER;
  for (const stage of stages.filter(({ key }) => !done.has(key))) {
    const since = reachedAt(stage.at, step, own, now);
    const at = since === undefined ? NEVER : since + stage.delayMs;
    if (at <= now) {
      due.push(stage);
    } else {
      nextAt = Math.min(nextAt, at);
    }
  }
  return { due, nextAt };
}

function changed(before: Pod['metadata'], due: readonly PodStage[], done: ReadonlySet<string>): Pod['metadata'] {
  const isEnding = before.deletionTimestamp !== undefined;
  let finalizers: readonly string[] = before.finalizers ?? [];
  for (const { addFinalizers, removeFinalizers } of due) {
    finalizers = removeFinalizers === 'all' ? [] : finalizers.filter((name) => !removeFinalizers.includes(name));
    const added = isEnding ? [] : addFinalizers.filter((name) => !finalizers.includes(name));
    finalizers = [...finalizers, ...added];
  }
  const { finalizers: _, ...rest } = before;
  const annotations = { ...before.annotations, [STAGES_ANNOTATION]: formatDone(done, due) };
  return { ...rest, annotations, ...withFinalizers(finalizers) };
}

const withFinalizers = (finalizers: readonly string[]): Pick<ObjectMeta, 'finalizers'> =>
  finalizers.length === 0 ? {} : { finalizers: [...finalizers] };
