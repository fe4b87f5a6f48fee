/**
 * What a rolling update replaces next: without a surge, old pods go and the next look makes new ones; with one, new pods
 * come beside the old. Pure. Source: daemon/update.go, rollingUpdate.
 */
import type { DaemonSet } from '../kinds/daemon-set.ts';
import { availableIn } from '../replicaset/status.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { isUpdated } from './daemon-pod.ts';
import type { Place } from './places.ts';
import { rollingBounds } from './rolling-bounds.ts';

export interface RollPlan {
  readonly create: readonly string[];
  readonly remove: readonly PodInfo[];
}
interface Pair {
  readonly place: Place;
  readonly fresh: PodInfo | undefined;
  readonly stale: PodInfo | undefined;
  /** More than two: the usual look has to clean up first. */
  readonly isMuddled: boolean;
}
type IsAvailable = (pod: PodInfo) => boolean;

export function planRoll(set: DaemonSet, hash: string, places: readonly Place[], nowMs: number): RollPlan {
  const desired = places.filter(({ verdict }) => verdict === 'run').length;
  const { maxUnavailable, maxSurge } = rollingBounds(set, desired);
  const isAvailable: IsAvailable = (pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, nowMs) === 0;
  const pairs = places
    .filter(({ verdict, pods }) => verdict === 'run' || pods.length > 0)
    .map((place) => pairOf(set, hash, place));
  return maxSurge === 0
    ? { create: [], remove: replaceable(pairs, maxUnavailable, isAvailable) }
    : surge(pairs, maxSurge, desired, isAvailable);
}

function pairOf(set: DaemonSet, hash: string, place: Place): Pair {
  const here = place.pods.filter(({ deletionTime }) => deletionTime === undefined);
  const fresh = here.filter((pod) => isUpdated(pod, set, hash));
  const stale = here.filter((pod) => !isUpdated(pod, set, hash));
  return { place, fresh: fresh[0], stale: stale[0], isMuddled: fresh.length > 1 || stale.length > 1 };
}

/** Old pods that are not available go at once: that makes nothing worse. */
function replaceable(pairs: readonly Pair[], maxUnavailable: number, isAvailable: IsAvailable): PodInfo[] {
  const lame: PodInfo[] = [];
  const candidates: PodInfo[] = [];
  let unavailable = 0;
  for (const { fresh, stale, isMuddled } of pairs) {
    if (isMuddled || (fresh === undefined) === (stale === undefined)) {
      unavailable += 1;
    } else if (fresh !== undefined) {
      unavailable += isAvailable(fresh) ? 0 : 1;
    } else if (stale !== undefined) {
      (isAvailable(stale) ? candidates : lame).push(stale);
    }
  }
  return [...lame, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))];
}

interface SurgeDraft {
  readonly remove: PodInfo[];
  readonly lameNodes: string[];
  readonly candidates: string[];
  /** Available, but where none should be: they stay until enough are elsewhere. */
  readonly misplaced: PodInfo[];
  surging: number;
  available: number;
}

function surge(pairs: readonly Pair[], maxSurge: number, desired: number, isAvailable: IsAvailable): RollPlan {
  const draft: SurgeDraft = { remove: [], lameNodes: [], candidates: [], misplaced: [], surging: 0, available: 0 };
  for (const pair of pairs) {
    draft.available += [pair.fresh, pair.stale].some((pod) => pod !== undefined && isAvailable(pod)) ? 1 : 0;
    surgeOne(pair, isAvailable, draft);
  }
  const { remove, lameNodes, candidates, misplaced, surging, available } = draft;
  return {
    create: [...lameNodes, ...candidates.slice(0, Math.max(0, maxSurge - surging))],
    remove: [...remove, ...misplaced.slice(0, Math.max(0, available - desired))],
  };
}

function surgeOne({ place, fresh, stale, isMuddled }: Pair, isAvailable: IsAvailable, draft: SurgeDraft): void {
  if (isMuddled) {
    draft.surging += 1;
  } else if (stale !== undefined && fresh !== undefined) {
    if (isAvailable(fresh)) {
      draft.remove.push(stale);
    } else {
      draft.surging += 1;
    }
  } else if (stale !== undefined) {
    const isWanted = place.verdict === 'run';
    if (isAvailable(stale)) {
      isWanted ? draft.candidates.push(place.nodeName) : draft.misplaced.push(stale);
    } else {
      isWanted ? draft.lameNodes.push(place.nodeName) : draft.remove.push(stale);
    }
  }
}
