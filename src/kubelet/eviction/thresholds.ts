/**
 * eviction/: what a node does when it runs out of something: conditions, which pods go, and in which order. Reads what
 * the node says of its signals; the pods' own passes stop what is evicted. May import what the kubelet may, and of it
 * `pages/`, `termination/`, `volumes/` and what nodes and pods are. Never deletes a pod.
 * Source: kubelet/eviction, 1.34; https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction.
 *
 * This file: the thresholds of a node's configuration. Pure.
 */
import { parseGoDuration } from '../../values/kubelet-configuration/go-duration.ts';
import {
  type EvictionSignal,
  isEvictionSignal,
  parseThreshold,
  type ThresholdValue,
} from '../../values/kubelet-configuration/thresholds.ts';
import type { NodeSettings } from '../node-settings.ts';

export type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure';

export const PRESSURES: ReadonlySet<string> = new Set<Pressure>(['MemoryPressure', 'DiskPressure', 'PIDPressure']);

interface SignalMeaning {
  readonly pressure: Pressure;
  /** As messages name it. */
  readonly resource: string;
  /** Of the node's capacity; undefined: `amount`. */
  readonly capacity?: 'memory' | 'ephemeral-storage';
  readonly amount?: number;
}

/** Linux' pid_max, and the inodes of a file system of 100 GB: what a virtual node has of both. */
const PIDS = 32_768;
const INODES = 6_553_600;
const disk = { pressure: 'DiskPressure', resource: 'ephemeral-storage', capacity: 'ephemeral-storage' } as const;
const inodes = { pressure: 'DiskPressure', resource: 'inodes', amount: INODES } as const;

/** In the order in which a kubelet reclaims: memory first. */
export const SIGNALS: Readonly<Record<EvictionSignal, SignalMeaning>> = {
  'memory.available': { pressure: 'MemoryPressure', resource: 'memory', capacity: 'memory' },
  'nodefs.available': disk,
  'imagefs.available': disk,
  'containerfs.available': disk,
  'nodefs.inodesFree': inodes,
  'imagefs.inodesFree': inodes,
  'containerfs.inodesFree': inodes,
  'pid.available': { pressure: 'PIDPressure', resource: 'pids', amount: PIDS },
};

export interface Threshold {
  readonly signal: EvictionSignal;
  readonly value: ThresholdValue;
  readonly isHard: boolean;
  /** How long the signal must be below it. */
  readonly graceMs: number;
}

type Amounts = Readonly<Record<string, string>>;

/** What is of no known signal, or no amount, was refused with the configuration. */
const readAmounts = (texts: Amounts): (readonly [signal: EvictionSignal, value: ThresholdValue])[] =>
  Object.entries(texts).flatMap(([signal, text]) => {
    const value = parseThreshold(signal, text);
    return typeof value === 'function' && isEvictionSignal(signal) ? [[signal, value] as const] : [];
  });

/** What must be there beyond a threshold that was met, before it counts as not met. */
export const reclaimOf = ({
  configuration,
}: Pick<NodeSettings, 'configuration'>): ReadonlyMap<EvictionSignal, ThresholdValue> =>
  new Map(readAmounts(configuration.evictionMinimumReclaim ?? {}));

export function thresholdsOf({ configuration }: Pick<NodeSettings, 'configuration'>): Threshold[] {
  const { evictionHard, evictionSoft = {}, evictionSoftGracePeriod = {} } = configuration;
  const read = (texts: Amounts, isHard: boolean): Threshold[] =>
    readAmounts(texts).map(([signal, value]) => {
      const graceMs = isHard ? 0 : (parseGoDuration(evictionSoftGracePeriod[signal] ?? '') ?? 0);
      return { signal, value, isHard, graceMs };
    });
  return [...read(evictionHard, true), ...read(evictionSoft, false)];
}

/**
 * A Fault that presses where the configuration has no threshold (by default there is none for pids) would change nothing
 * that anybody sees: then a tenth of the capacity is one.
 */
export function withImplied(thresholds: readonly Threshold[], signals: readonly string[]): readonly Threshold[] {
  const known = new Set<string>(thresholds.map(({ signal }) => signal));
  const missing = signals.filter((signal) => isEvictionSignal(signal)).filter((signal) => !known.has(signal));
  const implied = missing.map((signal) => ({
    ...{ signal, isHard: true, graceMs: 0 },
    value: (capacity: number) => Math.ceil(capacity / 10),
  }));
  return [...thresholds, ...implied];
}
