/** `spec.activeDeadlineSeconds`, counted from when the kubelet took the pod. Source: kubelet/active_deadline.go. */
import { parseTime } from '../values/rfc3339.ts';
import type { Pod } from './pod.ts';

export const DEADLINE_EXCEEDED = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
} as const;

/** Milliseconds since the epoch; Infinity: the pod has none. */
export function deadlineOf({ spec, status }: Pod, now: number): number {
  const seconds = spec.activeDeadlineSeconds;
  return seconds === undefined ? Number.POSITIVE_INFINITY : (parseTime(status?.startTime) ?? now) + seconds * 1_000;
}
