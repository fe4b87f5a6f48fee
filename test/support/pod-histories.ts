/** What each pod did, by a watch: whether anything was done twice or undone. */
import type { WatchEvent } from './watch-recorder.ts';

export interface WatchedPod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly restartCount: number;
      readonly state: { readonly running?: { readonly startedAt: string } };
    }[];
  };
}

export interface PodHistory {
  readonly uid: string;
  /** Different values of containerID, and of startedAt. */
  readonly containers: number;
  readonly starts: number;
  readonly restarts: number;
  /** In order, without repeats. */
  readonly phases: readonly string[];
}

export function podHistories(events: readonly WatchEvent<WatchedPod>[]): PodHistory[] {
  const versions = new Map<string, WatchedPod[]>();
  for (const { object } of events) {
    versions.set(object.metadata.uid, [...(versions.get(object.metadata.uid) ?? []), object]);
  }
  return [...versions].map(([uid, pods]) => {
    const statuses = pods.flatMap(({ status }) => status.containerStatuses ?? []);
    const phases = pods.map(({ status }) => status.phase);
    return {
      uid,
      containers: distinct(statuses.map(({ containerID }) => containerID)),
      starts: distinct(statuses.map(({ state }) => state.running?.startedAt)),
      restarts: Math.max(0, ...statuses.map(({ restartCount }) => restartCount)),
      phases: phases.filter((phase, i) => phase !== phases[i - 1]),
    };
  });
}

const distinct = (values: readonly (string | undefined)[]): number =>
  new Set(values.filter((value) => value !== undefined && value !== '')).size;
