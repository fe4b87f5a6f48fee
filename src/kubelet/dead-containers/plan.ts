/**
 * dead-containers/: attempts that have ended are kept for their logs, so many a container, and then removed from the
 * runtime. Other than in the kubelet the latest attempt does not count and stays as long as its pod: its state is read
 * from the runtime. Source: kuberuntime/kuberuntime_gc.go, kubelet/pod_container_deletor.go, 1.34.
 *
 * This file: which are to go. Pure.
 */
import type { RuntimePod } from '../../runtimes/runtime.ts';

export interface DeadContainerLimits {
  /** Of each container, before its latest attempt. */
  readonly perContainer: number;
  /** Of a node; undefined: any number. */
  readonly total?: number | undefined;
  /** None is removed that has not been there for so long. */
  readonly minAgeMs: number;
}
export interface DeadContainer {
  readonly uid: string;
  readonly name: string;
  readonly attempt: number;
  readonly finishedAt: number;
}

/** Of each container of these pods what has ended, without the latest attempt; the newest first. */
function deadByContainer(
  pods: readonly RuntimePod[],
  { minAgeMs }: DeadContainerLimits,
  now: number,
): DeadContainer[][] {
  const units = new Map<string, DeadContainer[]>();
  for (const { uid, containers } of pods) {
    const latest = new Map(containers.map((container) => [container.name, container]));
    for (const container of containers) {
      const { name, attempt, state } = container;
      if (state.phase === 'exited' && latest.get(name) !== container && now - state.finishedAt >= minAgeMs) {
        const unit = units.get(`${uid}/${name}`) ?? [];
        unit.unshift({ uid, name, attempt, finishedAt: state.finishedAt });
        units.set(`${uid}/${name}`, unit);
      }
    }
  }
  return [...units.values()];
}

/** Of pods of one node. */
export function doomedContainers(
  pods: readonly RuntimePod[],
  limits: DeadContainerLimits,
  now: number,
): DeadContainer[] {
  const units = deadByContainer(pods, limits, now);
  const doomed = units.flatMap((unit) => unit.slice(limits.perContainer));
  let kept = units.map((unit) => unit.slice(0, limits.perContainer));
  const count = (): number => kept.reduce((sum, unit) => sum + unit.length, 0);
  const { total } = limits;
  if (total === undefined || count() <= total) {
    return doomed;
  }
  // Fairly first, but one of each; then the oldest of all.
  const each = Math.max(1, Math.floor(total / kept.length));
  doomed.push(...kept.flatMap((unit) => unit.slice(each)));
  kept = kept.map((unit) => unit.slice(0, each));
  const oldest = kept.flat().sort((a, b) => a.finishedAt - b.finishedAt);
  return [...doomed, ...oldest.slice(0, Math.max(0, count() - total))];
}
