/** One daemon on each node that is to have one, none elsewhere. Pure. Source: daemon_controller.go, podsShouldBeOnNode. */
import type { DaemonSet } from '../kinds/daemon-set.ts';
import { availableIn } from '../replicaset/status.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { isUpdated } from './daemon-pod.ts';
import type { Place, Places } from './places.ts';
import { allowsSurge } from './rolling-bounds.ts';

export interface PodPlan {
  /** Names of nodes. */
  readonly create: readonly string[];
  readonly remove: readonly PodInfo[];
  /** Pods among `remove` that are over: worth a word each. */
  readonly ended: readonly { readonly pod: PodInfo; readonly nodeName: string }[];
  /** Milliseconds until a failed pod may be replaced. */
  readonly waitMs?: number;
}
/** How long the failed pod of a node has to stay, milliseconds. */
export type FailureWait = (nodeName: string) => number;

interface Draft {
  readonly create: string[];
  readonly remove: PodInfo[];
  readonly ended: { pod: PodInfo; nodeName: string }[];
  readonly waits: number[];
}

export function planPods(
  set: DaemonSet,
  hash: string,
  { places, strays }: Places,
  waitFor: FailureWait,
  nowMs: number,
): PodPlan {
  const draft: Draft = { create: [], remove: [], ended: [], waits: [] };
  for (const place of places) {
    planPlace(set, hash, place, waitFor, nowMs, draft);
  }
  const { waits, create, remove, ended } = draft;
  return {
    ...{ create, ended, remove: [...remove, ...strays.filter(({ deletionTime }) => deletionTime === undefined)] },
    ...(waits.length === 0 ? {} : { waitMs: Math.min(...waits) }),
  };
}

function planPlace(
  set: DaemonSet,
  hash: string,
  { nodeName, verdict, pods }: Place,
  waitFor: FailureWait,
  nowMs: number,
  draft: Draft,
): void {
  const here = pods.filter(({ deletionTime }) => deletionTime === undefined);
  if (verdict === 'leave') {
    draft.remove.push(...here);
    return;
  }
  if (verdict === 'run' && pods.length === 0) {
    draft.create.push(nodeName);
    return;
  }
  const running: PodInfo[] = [];
  for (const pod of here) {
    const wait = pod.phase === 'Failed' ? waitFor(nodeName) : 0;
    if (wait > 0) {
      draft.waits.push(wait);
    } else if (pod.phase === 'Failed' || pod.phase === 'Succeeded') {
      draft.ended.push({ pod, nodeName });
      draft.remove.push(pod);
    } else {
      running.push(pod);
    }
  }
  draft.remove.push(...(allowsSurge(set) ? surplusOfSurge(set, hash, running, nowMs) : running.slice(1)));
}

/** Two may stay only while the old one is ready and the new one not available yet. */
function surplusOfSurge(set: DaemonSet, hash: string, running: readonly PodInfo[], nowMs: number): PodInfo[] {
  if (running.length <= 1) {
    return [];
  }
  const fresh = running.find((pod) => isUpdated(pod, set, hash));
  const stale = running.find((pod) => !isUpdated(pod, set, hash));
  const surplus = running.filter((pod) => pod !== fresh && pod !== stale);
  const isReplaced =
    fresh !== undefined &&
    stale !== undefined &&
    (!stale.ready || availableIn(fresh, set.spec.minReadySeconds ?? 0, nowMs) === 0);
  return isReplaced && stale !== undefined ? [...surplus, stale] : surplus;
}
