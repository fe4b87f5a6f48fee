/** One look at a stateful set: the next pods made or removed with their claims, the history kept, the figures written. */
import { ReportedError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { isEmptySelector } from '../../values/label-selector.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import { type History, keepHistory, trimHistory } from '../history/history.ts';
import { STATEFUL_SETS, type StatefulSet, type StatefulSetStatus } from '../kinds/stateful-set.ts';
import { settleOwnership } from '../pod-ownership.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { writeStatus } from '../write-status.ts';
import { ensureClaims, settleClaims } from './claims.ts';
import { ordinalOf, revisionOf } from './identity.ts';
import { nextAvailableMs, nextSteps, type Steps } from './next-steps.ts';
import { type Revisions, revisionFor, statefulPod } from './stateful-pod.ts';
import { statefulSetStatus } from './status.ts';
import { makePods, removePods } from './write-pods.ts';

const HASH_LABEL = 'controller.kubernetes.io/hash';
/** At most so many pods in one look, so that other sets get their turn. */
const BURST = 500;
/** A claim that is on its way out wakes nobody here. */
const CLAIM_AGAIN_MS = 1_000;

/** Only a pod of the set's own numbering is taken over. */
export const isMember = ({ metadata }: { metadata: { name: string } }, pod: PodInfo): boolean =>
  ordinalOf({ metadata } as StatefulSet, pod.name) !== undefined;

export async function syncStatefulSet(
  context: ControllerContext,
  emit: Emit,
  set: StatefulSet,
  run: ReconcileContext,
): Promise<ReconcileResult> {
  const { registry, views, clock } = context;
  if (isEmptySelector(set.spec.selector)) {
    const message = 'This StatefulSet is selecting all pods. A non-empty selector is required.';
    emit(set, 'Warning', 'SelectingAll', message);
    return {};
  }
  const released = await settleOwnership(context, set, run, isMember);
  const pods = [...views.podsOf(set.metadata.uid)].filter(({ uid }) => !released.has(uid));
  if (set.metadata.deletionTimestamp !== undefined) {
    await writeEnding(context, set, pods, run);
    return {};
  }
  const history = await keepHistory(registry, set, HASH_LABEL, run.lease);
  const revisions = inForce(set, history);
  const names = { current: revisions.current.metadata.name, update: revisions.update.metadata.name };
  const steps = nextSteps(set, pods, names.update, clock.now());
  await settleClaims(context, set, pods, steps.condemned, run);
  const { error, waitMs } = await take(context, emit, set, revisions, steps, pendingOf(set, pods), run);
  const now = clock.now();
  const status = statefulSetStatus(set, pods, names, history.collisionCount, now);
  await writeStatus(context.registry, STATEFUL_SETS, set, () => status, run.lease);
  await trim(context, set, history, status, pods, run);
  if (error !== undefined) {
    throw new ReportedError(error);
  }
  const waits = [waitMs, nextAvailableMs(set, pods, now)].filter((ms) => ms !== undefined);
  return waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) };
}

/** Only the figures: a revision that is made anew would hold a foreground deletion up for ever. */
async function writeEnding(
  context: ControllerContext,
  set: StatefulSet,
  pods: readonly PodInfo[],
  run: ReconcileContext,
): Promise<void> {
  const { currentRevision: current = '', updateRevision: update = '', collisionCount } = set.status ?? {};
  if (update !== '') {
    const status = statefulSetStatus(set, pods, { current, update }, collisionCount, context.clock.now());
    await writeStatus(context.registry, STATEFUL_SETS, set, () => status, run.lease);
  }
}

/** These may wait for a claim that somebody deleted. */
const pendingOf = (set: StatefulSet, pods: readonly PodInfo[]): number[] =>
  pods
    .filter(({ phase, deletionTime }) => phase === 'Pending' && deletionTime === undefined)
    .flatMap(({ name }) => ordinalOf(set, name) ?? []);

function inForce({ status }: StatefulSet, { current: update, old }: History): Revisions {
  return { update, current: old.find(({ metadata }) => metadata.name === status?.currentRevision) ?? update };
}

async function take(
  context: ControllerContext,
  emit: Emit,
  set: StatefulSet,
  revisions: Revisions,
  { create, remove }: Steps,
  pending: readonly number[],
  run: ReconcileContext,
): Promise<{ error?: Error; waitMs?: number }> {
  const told = { context, emit, set };
  const ordinals = create.slice(0, BURST);
  const claims = await ensureClaims(context, emit, set, [...ordinals, ...pending], run);
  const free = ordinals.filter((ordinal) => !claims.waiting.has(ordinal));
  const made = await makePods(
    told,
    free.map((ordinal) => statefulPod(set, revisionFor(set, revisions, ordinal), ordinal)),
    run,
  );
  const removed = await removePods(told, remove.slice(0, BURST), run);
  const error = claims.error ?? made ?? removed;
  const isMore = create.length > BURST || remove.length > BURST;
  return {
    ...(error === undefined ? {} : { error }),
    ...(isMore ? { waitMs: 0 } : free.length < ordinals.length ? { waitMs: CLAIM_AGAIN_MS } : {}),
  };
}

async function trim(
  { registry }: ControllerContext,
  set: StatefulSet,
  { old }: History,
  { currentRevision }: StatefulSetStatus,
  pods: readonly PodInfo[],
  { lease }: ReconcileContext,
): Promise<void> {
  const used = new Set([...pods.map(revisionOf), currentRevision]);
  await trimHistory(registry, set, old, ({ metadata }) => used.has(metadata.name), lease);
}
