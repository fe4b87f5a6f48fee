/**
 * What a node has left: what its host has, every 10 s; of a simulation its capacity without its pods' usage and its own,
 * where that counts. The usage ahead is known there too, so such a node is looked at every 10 s only when it will run
 * short or a pod over its limits, and else every minute.
 */
import { setImmediate } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Registry } from '../../registry/registry.ts';
import { NODE_OWN_USAGE, type UsingPod, usageOf } from '../../resources/metrics/pod-usage.ts';
import type { Room, Stats } from '../../runtimes/runtime.ts';
import type { EvictionSignal } from '../../values/kubelet-configuration/thresholds.ts';
import type { KubeletContext } from '../context.ts';
import type { NodeWork } from '../node-work.ts';
import { totalOf } from '../pages/usage.ts';
import { isTerminal, type Pod } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { capacityOf, type Observations } from './observe.ts';
import { isLimited, type OverLimit, overLimit } from './storage-limits.ts';
import { thresholdsOf } from './thresholds.ts';

/** Source: kubelet.go, evictionMonitoringPeriod. */
const STEP_MS = 10_000;
const STEPS = 6;
/** What grows is over the threshold at the last of its steps too: the others are asked about only then. */
const SPANS = [
  [1, 2],
  [3, 4, 5],
];

interface Measured {
  /** undefined: nothing is measured on this node. */
  readonly left: Observations | undefined;
  readonly nextLookMs: number;
  /** Pods that hold more than they may. */
  readonly over: readonly OverLimit[];
}

const NOTHING: Measured = { left: undefined, nextLookMs: Number.POSITIVE_INFINITY, over: [] };

export async function measureNode(
  { runtimes, registry, logger }: Pick<KubeletContext, 'runtimes' | 'registry' | 'logger'>,
  work: NodeWork,
  now: number,
  limit: LimitFunction = pLimit(1),
): Promise<Measured> {
  const { stats, hostSignals } = runtimes.get(work.runtimeName) ?? {};
  try {
    if (hostSignals !== undefined) {
      return { left: await hostSignals.left(work.stored.name), nextLookMs: STEP_MS, over: [] };
    }
    if (stats?.fills === undefined) {
      return NOTHING;
    }
    return (await stats.fills(work.stored.name)) ? await limit(foresee, registry, work, stats, now) : NOTHING;
  } catch (error) {
    // A runtime that does not answer is told of by its node's readiness: the others of the pass have done nothing.
    logger.warn({ err: error, node: work.stored.name }, 'cannot measure what a node has left');
    return { left: undefined, nextLookMs: STEPS * STEP_MS, over: [] };
  }
}

async function foresee(registry: Registry, work: NodeWork, stats: Stats, now: number): Promise<Measured> {
  const { name } = work.stored;
  const pods = (await podsOnNode(registry, name)).filter(({ status }) => !isTerminal(status));
  const limited = new Set(pods.filter(isLimited));
  const seenAt = (at: number): Promise<Seen> => measure(work, pods, limited, stats, at);
  const { left, over } = await seenAt(now);
  const isShortIn = async (step: number): Promise<boolean> => {
    const seen = await seenAt(now + step * STEP_MS);
    return seen.over.length > 0 || isShort(work, seen.left);
  };
  for (const span of SPANS) {
    if (await isShortIn(span.at(-1) ?? STEPS)) {
      return { left, over, nextLookMs: (await firstOf(span, isShortIn)) * STEP_MS };
    }
  }
  return { left, over, nextLookMs: STEPS * STEP_MS };
}

/** The last one, where it is none before. */
async function firstOf(span: readonly number[], isIt: (step: number) => Promise<boolean>): Promise<number> {
  for (const step of span.slice(0, -1)) {
    if (await isIt(step)) {
      return step;
    }
  }
  return span.at(-1) ?? STEPS;
}

interface Seen {
  readonly left: Observations;
  readonly over: readonly OverLimit[];
}

/** What volumes hold is no part of a simulation. */
const NO_VOLUMES: ReadonlyMap<string, number> = new Map();

async function measure(
  { settings }: NodeWork,
  pods: readonly Pod[],
  limited: ReadonlySet<Pod>,
  stats: Stats,
  at: number,
): Promise<Seen> {
  // Of hundreds of pods it is milliseconds of work, without a wait.
  await setImmediate();
  const byPod = await Promise.all(pods.map((pod) => usageOf(pod as UsingPod, stats, at)));
  const over = pods.flatMap((pod, i) => (limited.has(pod) ? (overLimit(pod, byPod[i] ?? [], NO_VOLUMES) ?? []) : []));
  const usages = byPod.flat().map(({ usage }) => usage);
  const { memory, ephemeralStorage } = totalOf(usages);
  const left = new Map<EvictionSignal, Room>();
  const put = (signal: EvictionSignal, used: number): void => {
    const capacity = capacityOf(signal, settings);
    left.set(signal, { capacity, available: Math.max(0, capacity - used) });
  };
  put('memory.available', memory + NODE_OWN_USAGE.memory);
  if (ephemeralStorage !== undefined) {
    put('nodefs.available', ephemeralStorage);
  }
  return { left, over };
}

const isShort = ({ settings }: NodeWork, left: Observations): boolean =>
  thresholdsOf(settings).some(({ signal, value }) => {
    const room = left.get(signal);
    return room !== undefined && room.available < value(room.capacity);
  });
