/** A job's pod as its controller judges it. Pure. */
import type { StoredObject } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { findCondition } from '../conditions.ts';
import type { ContainerStatus, Pod } from '../kinds/pod.ts';
import { type PodInfo, toPodInfo } from '../views/pod-info.ts';

export const FINALIZER = 'batch.kubernetes.io/job-tracking';
export const INDEX = 'batch.kubernetes.io/job-completion-index';
export const FAILURES = 'batch.kubernetes.io/job-index-failure-count';
export const IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';

export interface Exit {
  readonly container: string;
  readonly code: number;
}
export interface JobPod extends PodInfo {
  /** Not counted yet, or being counted: it has the finalizer. */
  readonly tracked: boolean;
  readonly index: number | undefined;
  /** Restarts of all its containers. */
  readonly allRestarts: number;
  /** When it ended, as near as can be told; milliseconds. */
  readonly finishedAt: number;
  /** Failures of its index before it: those that count, and those that a policy ignored. */
  readonly failures: number;
  readonly ignoredFailures: number;
  /** Of containers, then of init containers. */
  readonly exits: readonly Exit[];
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}

export function toJobPod(object: KubeObject, stored: Pick<StoredObject, 'labels' | 'revision'>): JobPod {
  const pod = object as Pod;
  const { annotations = {}, finalizers = [] } = pod.metadata;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return {
    ...toPodInfo(object, stored),
    // The cost of a deletion is a ReplicaSet's affair.
    deletionCost: 0,
    tracked: finalizers.includes(FINALIZER),
    index: wholeNumber(annotations[INDEX]),
    allRestarts: statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    finishedAt: finishedAt(pod),
    failures: wholeNumber(annotations[FAILURES]) ?? 0,
    ignoredFailures: wholeNumber(annotations[IGNORED_FAILURES]) ?? 0,
    exits: statuses.flatMap(({ name = '', state }) =>
      state?.terminated === undefined ? [] : [{ container: name, code: state.terminated.exitCode ?? 0 }],
    ),
    conditions: pod.status?.conditions ?? [],
  };
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** By its containers, else by its readiness, else by its deletion. Source: backoff_utils.go, getFinishedTime. */
function finishedAt({ metadata, spec, status }: Pod): number {
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const running = (status?.initContainerStatuses ?? []).filter(({ name = '' }) => sidecars.has(name));
  const ends = [...(status?.containerStatuses ?? []), ...running].map(endOf);
  const ready = findCondition(status?.conditions, 'Ready');
  const deleted = parseTime(metadata.deletionTimestamp);
  const grace = (metadata.deletionGracePeriodSeconds ?? 0) * 1_000;
  return (
    (ends.length > 0 && ends.every((end) => end !== undefined) ? Math.max(...ends) : undefined) ??
    (ready?.status === 'False' ? parseTime(ready.lastTransitionTime) : undefined) ??
    (deleted === undefined ? undefined : deleted - grace) ??
    parseTime(metadata.creationTimestamp) ??
    0
  );
}

const isSidecar = ({ restartPolicy }: { restartPolicy?: string }): boolean => restartPolicy === 'Always';
const endOf = ({ state }: ContainerStatus): number | undefined => parseTime(state?.terminated?.finishedAt);
