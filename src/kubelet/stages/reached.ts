/** Since when a pod is where a stage begins. Pure; all of it stands in the pod's object, so that any worker knows it. */
import type { PodStage } from '../../runtimes/runtime.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { ContainerStatus, Pod, PodStatus } from '../pod.ts';
import type { PodStep } from '../pod-work.ts';

/** As the kubelet finds it, before stages have their say. */
interface Found {
  readonly pod: Pod;
  readonly status: PodStatus;
  readonly isStopped: boolean;
  /** Of conditions that stages have set: what is stored of them is theirs. */
  readonly staged: ReadonlySet<string>;
  readonly now: number;
}

type Reached = (found: Found) => number | undefined;

const timesOf = (statuses: readonly ContainerStatus[] = [], field: 'startedAt' | 'finishedAt'): number[] =>
  statuses.flatMap(({ state, lastState }) =>
    [state.running, state.terminated, lastState.terminated].flatMap((one) => {
      const text = one === undefined ? undefined : (one as { startedAt?: string; finishedAt?: string })[field];
      return parseTime(text) ?? [];
    }),
  );

/** A condition that a stage turned round would begin anew with every pass: then since it was turned. */
const condition =
  (type: string): Reached =>
  ({ pod, status, staged, now }) => {
    const found = status.conditions?.find((one) => one.type === type);
    const stored = staged.has(type) ? pod.status?.conditions?.find((one) => one.type === type) : undefined;
    return found?.status === 'True' ? (parseTime((stored ?? found).lastTransitionTime) ?? now) : undefined;
  };

const ended =
  (phase: string): Reached =>
  ({ status, now }) =>
    status.phase === phase
      ? Math.min(now, Math.max(...timesOf(status.containerStatuses, 'finishedAt'), 0) || now)
      : undefined;

const terminating: Reached = ({ pod: { metadata } }) => {
  const until = parseTime(metadata.deletionTimestamp);
  return until === undefined ? undefined : until - (metadata.deletionGracePeriodSeconds ?? 0) * 1_000;
};

const REACHED: Readonly<Record<PodStage['at'], Reached>> = {
  // A pod that its node refuses has no containers.
  Admitted: ({ status, now }) =>
    status.containerStatuses === undefined ? undefined : (parseTime(status.startTime) ?? now),
  Initialized: condition('Initialized'),
  Running: ({ status }) => {
    const starts = timesOf(status.containerStatuses, 'startedAt').filter((at) => at > 0);
    return starts.length === 0 ? undefined : Math.min(...starts);
  },
  Ready: condition('Ready'),
  Succeeded: ended('Succeeded'),
  Failed: ended('Failed'),
  Terminating: terminating,
  Stopped: ({ isStopped, now }) => (isStopped ? now : undefined),
};

/** Milliseconds since the epoch; undefined: it is not there. Once it is being deleted nothing else begins. */
export function reachedAt(
  at: PodStage['at'],
  { work: { pod }, status, remove }: PodStep,
  staged: ReadonlySet<string>,
  now: number,
): number | undefined {
  const isEnding = pod.metadata.deletionTimestamp !== undefined;
  const isOfEnding = at === 'Terminating' || at === 'Stopped';
  return isEnding === isOfEnding ? REACHED[at]({ pod, status, isStopped: remove === true, staged, now }) : undefined;
}
