/** Where the resize of a pod stands, as its conditions say it. Source: kubelet/status, GetPodResizeConditions, 1.34. */
import type { ContainerView } from '../container-view.ts';
import type { Pod, PodCondition } from '../pod.ts';
import type { Emit } from '../pod-events.ts';
import { pendingResize, RESIZE_IN_PROGRESS, RESIZE_PENDING, resizeUnderWay } from './allocation.ts';
import { resizeOf, restartsForResize } from './container-resize.ts';
import type { PendingResize, ResizeVerdict } from './judge-resizes.ts';
import { resizeCompleted, resizeStarted, resizeWaits } from './resize-events.ts';

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

export interface ResizeReport {
  readonly pending?: PendingResize;
  readonly inProgress?: { readonly error?: string };
}

interface Progress {
  readonly pod: Pod;
  readonly verdict: ResizeVerdict | undefined;
  readonly views: readonly ContainerView[];
  readonly error: string | undefined;
}

/** It is being actuated, or begins to with this pass. */
function isUnderWay({ pod, verdict, views }: Progress): boolean {
  if (verdict !== undefined) {
    return verdict.accepted;
  }
  const isLeft = (view: ContainerView): boolean =>
    view.latest?.state.phase === 'running' ? resizeOf(view) !== undefined : restartsForResize(pod, view);
  return resizeUnderWay(pod) !== undefined && views.some(isLeft);
}

export function reportResize(progress: Progress): ResizeReport {
  const { verdict, error } = progress;
  return {
    ...(verdict?.accepted === false ? { pending: verdict.pending } : {}),
    ...(isUnderWay(progress) ? { inProgress: error === undefined ? {} : { error } } : {}),
  };
}

/** What a watcher of events learns of it: each step once. `desired` asks for what is judged. */
export function tellOfResize(desired: Pod, { pending, inProgress }: ResizeReport, begins: boolean, emit: Emit): void {
  const { generation } = desired.metadata;
  if (begins) {
    emit('Normal', 'ResizeStarted', resizeStarted(desired));
  } else if (inProgress === undefined && resizeUnderWay(desired) !== undefined) {
    emit('Normal', 'ResizeCompleted', resizeCompleted(desired));
  }
  const told = pendingResize(desired);
  const isNews =
    told?.reason !== pending?.reason || told?.message !== pending?.message || told?.observedGeneration !== generation;
  if (pending !== undefined && isNews) {
    emit('Warning', `Resize${pending.reason}`, resizeWaits(desired, pending.reason, pending.message));
  }
}

/** In the kubelet's order; one that is not listed does not hold. */
export function resizeVerdicts({ pending, inProgress }: ResizeReport): [type: string, Verdict][] {
  const error = inProgress?.error;
  return [
    ...(pending === undefined ? [] : [[RESIZE_PENDING, { status: 'True', ...pending }] as [string, Verdict]]),
    ...(inProgress === undefined
      ? []
      : [
          [
            RESIZE_IN_PROGRESS,
            { status: 'True', ...(error === undefined ? {} : { reason: 'Error', message: error }) },
          ] as [string, Verdict],
        ]),
  ];
}
