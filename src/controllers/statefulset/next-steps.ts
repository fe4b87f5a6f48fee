/**
 * What a stateful set does next with its pods: make those that are missing, remove those beyond its size, then those of
 * an old revision; in order, or as many as can be. Pure. Source: stateful_set_control.go, updateStatefulSet.
 */
import type { StatefulSet } from '../kinds/stateful-set.ts';
import { availableIn } from '../replicaset/status.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import { isParallel, ordinalOf, revisionOf, startOrdinal, wantedOrdinals } from './identity.ts';

export interface Steps {
  readonly create: readonly number[];
  readonly remove: readonly PodInfo[];
  /** Pods beyond its size, the highest first. */
  readonly condemned: readonly PodInfo[];
}

const isEnding = ({ deletionTime }: PodInfo): boolean => deletionTime !== undefined;

interface Look {
  readonly byOrdinal: ReadonlyMap<number, PodInfo>;
  readonly condemned: readonly PodInfo[];
  readonly isHealthy: (pod: PodInfo) => boolean;
  readonly nowMs: number;
}

export function nextSteps(set: StatefulSet, pods: readonly PodInfo[], updateRevision: string, nowMs: number): Steps {
  const numbered = pods.flatMap((pod) => {
    const ordinal = ordinalOf(set, pod.name);
    return ordinal === undefined ? [] : [{ ordinal, pod }];
  });
  const wanted = new Set(wantedOrdinals(set));
  const beyond = numbered.filter(({ ordinal }) => !wanted.has(ordinal)).sort((a, b) => b.ordinal - a.ordinal);
  const look: Look = {
    byOrdinal: new Map(numbered.map(({ ordinal, pod }) => [ordinal, pod])),
    condemned: beyond.map(({ pod }) => pod),
    isHealthy: (pod) => pod.phase === 'Running' && availableIn(pod, set.spec.minReadySeconds ?? 0, nowMs) === 0,
    nowMs,
  };
  const { condemned } = look;
  return { condemned, ...(isParallel(set) ? allAtOnce : oneByOne)(set, look, updateRevision) };
}

type Planned = Omit<Steps, 'condemned'>;
const remove = (...pods: PodInfo[]): Planned => ({ create: [], remove: pods });
const NOTHING = remove();

/** One that is over gives its place to a new one. */
const isSpent = (pod: PodInfo): boolean => isFinished(pod) && !isEnding(pod);

/** Each waits for those before it to run, be ready, and stay so; then those beyond go, the highest first. */
function oneByOne(set: StatefulSet, look: Look, updateRevision: string): Planned {
  for (const ordinal of wantedOrdinals(set)) {
    const pod = look.byOrdinal.get(ordinal);
    if (pod === undefined) {
      return { create: [ordinal], remove: [] };
    }
    if (isSpent(pod)) {
      return remove(pod);
    }
    if (isEnding(pod) || !look.isHealthy(pod)) {
      // A pod that will never be ready of an old template is not replaced by a new one: as in Kubernetes.
      return NOTHING;
    }
  }
  // Of those beyond, the lowest that is not healthy may go although it is not: nothing else would mend it.
  const lame = look.condemned.findLast((pod) => isEnding(pod) || !look.isHealthy(pod));
  const [first] = look.condemned;
  if (first !== undefined) {
    return isEnding(first) || (!look.isHealthy(first) && first !== lame) ? NOTHING : remove(first);
  }
  return oldest(set, look, updateRevision);
}

function allAtOnce(set: StatefulSet, look: Look, updateRevision: string): Planned {
  const wanted = wantedOrdinals(set);
  const create = wanted.filter((ordinal) => !look.byOrdinal.has(ordinal));
  const spent = wanted.flatMap((ordinal) => look.byOrdinal.get(ordinal) ?? []).filter(isSpent);
  const beyond = look.condemned.filter((pod) => !isEnding(pod));
  return create.length + spent.length + beyond.length > 0
    ? { create, remove: [...spent, ...beyond] }
    : oldest(set, look, updateRevision);
}

/** Of an update, the highest that is not of its revision, once all above it are healthy. */
function oldest(set: StatefulSet, { byOrdinal, isHealthy }: Look, updateRevision: string): Planned {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type === 'OnDelete') {
    return NOTHING;
  }
  // The partition counts places, not numbers.
  const lowest = startOrdinal(set) + (rollingUpdate?.partition ?? 0);
  for (const ordinal of wantedOrdinals(set).reverse()) {
    const pod = byOrdinal.get(ordinal);
    if (ordinal < lowest || pod === undefined) {
      return NOTHING;
    }
    if (revisionOf(pod) !== updateRevision && !isEnding(pod)) {
      return remove(pod);
    }
    if (isEnding(pod) || !isHealthy(pod)) {
      return NOTHING;
    }
  }
  return NOTHING;
}

/** Milliseconds until the next ready pod counts as available; undefined: none is on its way. */
export function nextAvailableMs(set: StatefulSet, pods: readonly PodInfo[], nowMs: number): number | undefined {
  const waits = pods.flatMap((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, nowMs) || []);
  return waits.length === 0 ? undefined : waits.reduce((a, b) => Math.min(a, b));
}
