/**
 * Pods that hold more on their node's disk than they may: what an emptyDir is limited to, all containers together, one of
 * them. Pure. Source: kubelet/eviction/eviction_manager.go, localStorageEviction.
 */
import type { ContainerUsage } from '../../resources/metrics/pod-usage.ts';
import { amountOf } from '../../values/amounts.ts';
import { addQuantities, canonicalQuantity, formatQuantity, parseQuantity } from '../../values/quantity.ts';
import { type Container, isSidecar, type Pod } from '../pod.ts';
import { isInMemory } from '../volumes/memory-size.ts';
import { evictionOf } from './evicted.ts';
import { mayBeEvicted } from './rank.ts';

export interface OverLimit {
  readonly pod: Pod;
  /** What it is told. */
  readonly message: string;
}

/** Bytes by the name of a volume. */
export type VolumeBytes = ReadonlyMap<string, number>;

const STORAGE = 'ephemeral-storage';

const limitOf = ({ resources }: Container): string | undefined => resources?.limits?.[STORAGE];
/** Those that run as long as the pod. */
const lasting = ({ spec }: Pod): Container[] => [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];

const sizeLimits = ({ spec }: Pod): [name: string, limit: string][] =>
  (spec.volumes ?? []).flatMap(({ name, emptyDir }) =>
    emptyDir?.sizeLimit !== undefined && amountOf(STORAGE, emptyDir.sizeLimit) > 0 ? [[name, emptyDir.sizeLimit]] : [],
  );

/** Whether it has to be looked at at all, and may go. */
export const isLimited = (pod: Pod): boolean =>
  (lasting(pod).some((container) => limitOf(container) !== undefined) || sizeLimits(pod).length > 0) &&
  mayBeEvicted(pod) &&
  evictionOf(pod) === undefined;

/** What of a pod counts towards its limits. */
export const emptyDirsOf = ({ spec }: Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ name, emptyDir }) => (emptyDir === undefined ? [] : [name]));

/** undefined: it is within them. */
export function overLimit(pod: Pod, usages: readonly ContainerUsage[], volumes: VolumeBytes): OverLimit | undefined {
  const message = overSize(pod, volumes) ?? overTotal(pod, usages, volumes) ?? overOwn(pod, usages);
  return message === undefined ? undefined : { pod, message };
}

function overSize(pod: Pod, volumes: VolumeBytes): string | undefined {
  const over = sizeLimits(pod).find(([name, limit]) => (volumes.get(name) ?? 0) > amountOf(STORAGE, limit));
  return over && `Usage of EmptyDir volume ${JSON.stringify(over[0])} exceeds the limit ${quoted(over[1])}. `;
}

const diskOf = ({ usage }: ContainerUsage): number => usage.ephemeralStorage ?? 0;

/** Of what is limited; what is in memory is no disk. */
function overTotal(pod: Pod, usages: readonly ContainerUsage[], volumes: VolumeBytes): string | undefined {
  const limits = lasting(pod).flatMap((container) => parseQuantity(limitOf(container) ?? '') ?? []);
  const [first, ...others] = limits;
  if (first === undefined) {
    return undefined;
  }
  const total = formatQuantity(others.reduce(addQuantities, first));
  const inMemory = new Set((pod.spec.volumes ?? []).filter(isInMemory).map(({ name }) => name));
  const held = [...volumes].reduce((sum, [name, bytes]) => sum + (inMemory.has(name) ? 0 : bytes), 0);
  const used = usages.reduce((sum, usage) => sum + diskOf(usage), held);
  return used > amountOf(STORAGE, total)
    ? `Pod ephemeral local storage usage exceeds the total limit of containers ${total}. `
    : undefined;
}

function overOwn(pod: Pod, usages: readonly ContainerUsage[]): string | undefined {
  const limits = new Map(lasting(pod).map((container) => [container.name, limitOf(container)]));
  const over = usages.find((usage) => {
    const limit = limits.get(usage.name);
    return limit !== undefined && diskOf(usage) > amountOf(STORAGE, limit);
  });
  const limit = over && limits.get(over.name);
  return limit && `Container ${over.name} exceeded its local ephemeral storage limit ${quoted(limit)}. `;
}

const quoted = (limit: string): string => JSON.stringify(canonicalQuantity(limit) ?? limit);
