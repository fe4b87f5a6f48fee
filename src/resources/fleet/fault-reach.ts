/**
 * Whom a fault takes hold of, and when. Pure: every process that asks at the same time has the same answer, so that
 * kubelets and the controller agree without a word. A target's place in the draw is a hash of the seed and its UID.
 */
import { createHash } from 'node:crypto';
import { selectorTest } from '../../values/label-selector.ts';
import { POOL_LABEL, ZONE_LABEL } from '../../values/node-labels.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { Fault, FaultTargets } from './fault.ts';
import { type FaultSubject, faultMeaning } from './fault-types.ts';

type Labels = Readonly<Record<string, string>>;
export interface NodeTarget {
  readonly name: string;
  readonly labels: Labels;
}
export interface PodTarget extends NodeTarget {
  readonly namespace: string;
}

/** A fault, read once and asked about many targets. */
export interface FaultReach {
  readonly subject: FaultSubject;
  /** Milliseconds since the epoch; Infinity: until it is deleted. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** Some node is named: pods must be on one of them. */
  readonly namesNodes: boolean;
  readonly meansNode: (node: NodeTarget) => boolean;
  /** Whatever node it is on. */
  readonly meansPod: (pod: PodTarget) => boolean;
  /** When it takes hold of a target that is meant; undefined: never. */
  readonly hitAt: (uid: string) => number | undefined;
}

/** undefined: no share. */
export function percentOf(text: string): number | undefined {
  const percent = Number(/^(\d{1,3}(?:\.\d{1,9})?)%$/.exec(text)?.[1] ?? Number.NaN);
  return percent <= 100 ? percent : undefined;
}

/** Uniform in [0, 1). */
export const drawOf = (seed: number, uid: string): number =>
  createHash('sha256').update(`${seed}/${uid}`).digest().readUIntBE(0, 6) / 2 ** 48;

export function reachOf({ metadata, spec = {} }: Pick<Fault, 'metadata' | 'spec'>): FaultReach {
  const { type, durationSeconds, share = '100%', rampSeconds = 0, seed = 0 } = spec;
  const part = (percentOf(share) ?? 0) / 100;
  const startsAt = parseTime(spec.startTime) ?? parseTime(metadata.creationTimestamp) ?? 0;
  const isWhole = part === 1 && rampSeconds === 0;
  return {
    subject: faultMeaning(type)?.subject ?? 'node',
    startsAt,
    endsAt: durationSeconds === undefined ? Number.POSITIVE_INFINITY : startsAt + durationSeconds * 1_000,
    ...meaningOf(spec),
    hitAt(uid) {
      const draw = isWhole ? 0 : drawOf(seed, uid);
      return draw < part ? startsAt + Math.round((rampSeconds * 1_000 * draw) / part) : undefined;
    },
  };
}

function meaningOf({
  nodeSelector,
  nodeNames,
  pool,
  zone,
  podSelector,
  namespace,
  podNames,
}: FaultTargets): Pick<FaultReach, 'namesNodes' | 'meansNode' | 'meansPod'> {
  const nodes = nodeNames === undefined ? undefined : new Set(nodeNames);
  const pods = podNames === undefined ? undefined : new Set(podNames);
  const [nodeTest, podTest] = [selectorTest(nodeSelector), selectorTest(podSelector)];
  return {
    namesNodes: [nodeSelector, nodeNames, pool, zone].some((target) => target !== undefined),
    meansNode: ({ name, labels }) =>
      (nodes === undefined || nodes.has(name)) &&
      (nodeSelector === undefined || nodeTest(labels)) &&
      (pool === undefined || labels[POOL_LABEL] === pool) &&
      (zone === undefined || labels[ZONE_LABEL] === zone),
    meansPod: ({ name, namespace: of, labels }) =>
      (namespace === undefined || of === namespace) &&
      (pods === undefined || pods.has(name)) &&
      (podSelector === undefined || podTest(labels)),
  };
}
