/** Which pod of a node goes first. Pure. Source: kubelet/eviction/helpers.go, rankMemoryPressure and rankDiskPressureFunc. */
import type { Usage } from '../../runtimes/runtime.ts';
import { amountOf } from '../../values/amounts.ts';
import { isTerminal, type Pod } from '../pod.ts';

/** Pods of the system are never evicted, nor are static ones. Source: kubelet/types/pod_update.go, IsCriticalPod. */
const CRITICAL_PRIORITY = 2_000_000_000;
const CONFIG_SOURCE = 'kubernetes.io/config.source';

export interface UsedBy {
  readonly name: string;
  /** Of what the node is short of. */
  readonly used: number;
  readonly request: number;
}
export interface Candidate {
  readonly pod: Pod;
  /** By its running containers; empty where the runtime does not tell. */
  readonly used: readonly UsedBy[];
}

export const isStatic = ({ metadata }: Pod): boolean => (metadata.annotations?.[CONFIG_SOURCE] ?? 'api') !== 'api';

export const isCritical = (pod: Pod): boolean => (pod.spec.priority ?? 0) >= CRITICAL_PRIORITY || isStatic(pod);

export const mayBeEvicted = (pod: Pod): boolean =>
  !isTerminal(pod.status) && pod.metadata.deletionTimestamp === undefined && !isCritical(pod);

const sum = (used: readonly UsedBy[], of: (one: UsedBy) => number): number =>
  used.reduce((total, one) => total + of(one), 0);
const overRequest = ({ used }: Candidate): number => sum(used, (one) => one.used) - sum(used, ({ request }) => request);

/** Over their requests first, then by priority, then by how much they are over; the first goes. */
export function rankByUsage(candidates: readonly Candidate[]): Candidate[] {
  const isOver = (candidate: Candidate): number => (overRequest(candidate) > 0 ? 0 : 1);
  return [...candidates].sort(
    (a, b) => isOver(a) - isOver(b) || priority(a) - priority(b) || overRequest(b) - overRequest(a) || byName(a, b),
  );
}

const priority = ({ pod }: Candidate): number => pod.spec.priority ?? 0;
const nameOf = ({ pod: { metadata } }: Candidate): string => `${metadata.namespace}/${metadata.name}`;
const byName = (a: Candidate, b: Candidate): number => (nameOf(a) < nameOf(b) ? -1 : 1);

const USED: Readonly<Record<string, (usage: Usage) => number | undefined>> = {
  memory: ({ memory }) => memory,
  'ephemeral-storage': ({ ephemeralStorage }) => ephemeralStorage,
};

/** Of inodes and processes nothing is known by pod: its priority decides. */
export function usedBy(
  pod: Pod,
  usages: readonly { readonly name: string; readonly usage: Usage }[],
  resource: string,
): UsedBy[] {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  return usages.flatMap(({ name, usage }) => {
    const used = USED[resource]?.(usage);
    const request = all.find((one) => one.name === name)?.resources?.requests?.[resource];
    return used === undefined ? [] : [{ name, used, request: request === undefined ? 0 : amountOf(resource, request) }];
  });
}
