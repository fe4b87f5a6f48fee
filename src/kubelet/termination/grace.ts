/** How long a container has to end. Pure. Source: kuberuntime_container.go, setTerminationGracePeriod. */
import { parseTime } from '../../values/rfc3339.ts';
import type { Pod, Probe } from '../pod.ts';

const DEFAULT_GRACE_SECONDS = 30;
/** What is left when hooks have used the time up. Source: kuberuntime minimumGracePeriodInSeconds. */
export const LEAST_GRACE_MS = 2_000;

/** Milliseconds, whole. */
export const podGraceMs = ({ metadata, spec }: Pod): number =>
  (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1_000;

/** When the pod's deletion was asked for, in milliseconds since the epoch, whichever worker saw it. */
export function deletedSince(pod: Pod): number | undefined {
  const deadline = parseTime(pod.metadata.deletionTimestamp);
  return deadline === undefined ? undefined : deadline - podGraceMs(pod);
}

/** A probe's own grace period goes before the pod's, except in a deletion. */
export function probeGraceMs(pod: Pod, probe: Probe | undefined): number {
  const own = probe?.terminationGracePeriodSeconds;
  return own === undefined || pod.metadata.deletionTimestamp !== undefined
    ? podGraceMs(pod)
    : Math.max(own * 1_000, LEAST_GRACE_MS);
}
