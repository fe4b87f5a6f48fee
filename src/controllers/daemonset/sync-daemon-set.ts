/** One look at a daemon set: pods made and given up, the update rolled on, the history trimmed, the figures written. */
import { ReportedError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { isEmptySelector } from '../../values/label-selector.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import { type History, keepHistory, trimHistory } from '../history/history.ts';
import { DAEMON_SETS, type DaemonSet } from '../kinds/daemon-set.ts';
import type { LookPace } from '../look-pace.ts';
import { settleOwnership } from '../pod-ownership.ts';
import { createPods, deletePods } from '../pod-writes.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { writeStatus } from '../write-status.ts';
import { daemonPods, HASH_LABEL } from './daemon-pod.ts';
import type { FailureBackoff } from './failure-backoff.ts';
import { findPlaces, type Places } from './places.ts';
import { type PodPlan, planPods } from './plan-pods.ts';
import { isRolling } from './rolling-bounds.ts';
import { planRoll } from './rolling-update.ts';
import { daemonSetStatus, nextAvailableMs } from './status.ts';

/** At most so many pods in one look, so that other sets get their turn. Kubernetes: 250, its BurstReplicas. */
const BURST = 500;
const SELECTS_ALL = 'This daemon set is selecting all pods. A non-empty selector is required.';

export interface DaemonSync {
  readonly context: ControllerContext;
  readonly emit: Emit;
  readonly failures: FailureBackoff;
  readonly pace: LookPace;
}

export async function syncDaemonSet(sync: DaemonSync, set: DaemonSet, run: ReconcileContext): Promise<ReconcileResult> {
  const { context, emit, pace } = sync;
  const { registry, views, clock } = context;
  const { uid } = set.metadata;
  const restMs = pace.remaining(uid);
  if (restMs > 0) {
    return { requeueAfterMs: restMs };
  }
  if (isEmptySelector(set.spec.selector)) {
    emit(set, 'Warning', 'SelectingAll', SELECTS_ALL);
    return {};
  }
  if (set.metadata.deletionTimestamp !== undefined) {
    return {};
  }
  const released = await settleOwnership(context, set, run);
  const history = await keepHistory(registry, set, HASH_LABEL, run.lease);
  const hash = history.current.metadata.labels?.[HASH_LABEL] ?? '';
  const own = [...views.podsOf(uid)].filter((pod) => !released.has(pod.uid));
  const found = await findPlaces(set, views.nodes.values(), own);
  const { more, waitMs, error } = await act(sync, set, hash, found, run);
  pace.looked(uid, found.places.length, more);
  await trim(context, set, history, own, run);
  const now = clock.now();
  const status = daemonSetStatus(set, hash, found.places, history.collisionCount, now);
  await writeStatus(context.registry, DAEMON_SETS, set, () => status, run.lease);
  if (error !== undefined) {
    throw new ReportedError(error);
  }
  const waits = [more ? 0 : undefined, waitMs, nextAvailableMs(set, found.places, now)].filter(
    (ms) => ms !== undefined,
  );
  return waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) };
}

interface Acted {
  readonly more: boolean;
  readonly waitMs?: number;
  readonly error?: Error;
}

/** The update goes on only when every node is as it should be but for the template: else counts would be guesses. */
async function act(
  sync: DaemonSync,
  set: DaemonSet,
  hash: string,
  found: Places,
  run: ReconcileContext,
): Promise<Acted> {
  const { context, emit, failures } = sync;
  const now = context.clock.now();
  const key = (nodeName: string): string => `${set.metadata.uid}/${nodeName}`;
  const plan = planPods(set, hash, found, (nodeName) => failures.remaining(key(nodeName)), now);
  for (const { pod, nodeName } of plan.ended) {
    tellEnded(emit, set, pod, nodeName);
    if (pod.phase === 'Failed') {
      failures.replaced(key(nodeName));
    }
  }
  const isSettled = plan.create.length + plan.remove.length === 0;
  const wanted = isSettled && isRolling(set) ? planRoll(set, hash, found.places, now) : plan;
  const acted = await write(sync, set, hash, wanted, run);
  return plan.waitMs === undefined ? acted : { ...acted, waitMs: plan.waitMs };
}

async function write(
  { context, emit }: DaemonSync,
  set: DaemonSet,
  hash: string,
  { create, remove }: Pick<PodPlan, 'create' | 'remove'>,
  run: ReconcileContext,
): Promise<Acted> {
  const created = await createPods(context, emit, set, daemonPods(set, hash, create.slice(0, BURST)), run);
  const removed = await deletePods(context, emit, set, remove.slice(0, BURST), run);
  const error = created.error ?? removed.error;
  const more = create.length > BURST || remove.length > BURST;
  return { more, ...(error === undefined ? {} : { error }) };
}

function tellEnded(emit: Emit, set: DaemonSet, { namespace, name, phase }: PodInfo, nodeName: string): void {
  const pod = `daemon pod ${namespace}/${name} on node ${nodeName}`;
  if (phase === 'Failed') {
    emit(set, 'Warning', 'FailedDaemonPod', `Found failed ${pod}, will try to kill it`);
  } else {
    emit(set, 'Normal', 'SucceededDaemonPod', `Found succeeded ${pod}, will try to delete it`);
  }
}

async function trim(
  { registry }: ControllerContext,
  set: DaemonSet,
  { old }: History,
  pods: readonly PodInfo[],
  { lease }: ReconcileContext,
): Promise<void> {
  const hashes = new Set(pods.map(({ labels }) => labels[HASH_LABEL]));
  await trimHistory(registry, set, old, ({ metadata }) => hashes.has(metadata.labels?.[HASH_LABEL]), lease);
}
