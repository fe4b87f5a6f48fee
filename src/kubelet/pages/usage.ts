/** What a node and its pods use, as its pages tell of it. */
import type { ContainerUsage, Usage } from '../../resources/metrics/pod-usage.ts';
import type { Pod } from '../pod.ts';

export interface UsedPod {
  readonly pod: Pod;
  /** The running ones. */
  readonly containers: readonly ContainerUsage[];
}

export interface NodeUsage {
  readonly pods: readonly UsedPod[];
  /** The pods' and the node's own together. */
  readonly total: Usage & Required<Pick<Usage, 'cpuSeconds'>>;
}

/** The sum; `cpuSeconds` only when all containers report them, bytes on disk when one of them does. */
export function totalOf(usages: readonly Usage[]): Usage {
  const sum = (of: (usage: Usage) => number): number => usages.reduce((total, usage) => total + of(usage), 0);
  const isCounted = usages.every(({ cpuSeconds }) => cpuSeconds !== undefined);
  const isOnDisk = usages.some(({ ephemeralStorage }) => ephemeralStorage !== undefined);
  return {
    cpu: sum(({ cpu }) => cpu),
    memory: sum(({ memory }) => memory),
    ...(isCounted ? { cpuSeconds: sum(({ cpuSeconds = 0 }) => cpuSeconds) } : {}),
    ...(isOnDisk ? { ephemeralStorage: sum(({ ephemeralStorage = 0 }) => ephemeralStorage) } : {}),
  };
}
