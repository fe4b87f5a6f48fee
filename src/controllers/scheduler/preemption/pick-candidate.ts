/** Where pre-emption hurts least. Pure. Source: scheduler/framework/preemption, pickOneNodeForPreemption. */
import type { PodInfo } from '../../views/pod-info.ts';
import type { NodeState } from '../cache/node-state.ts';
import { startOf } from './importance.ts';

export interface Candidate {
  readonly node: NodeState;
  /** The most important first; at least one. */
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

/** Makes all terms positive: many victims of low priority weigh more than one. */
const OFFSET = 2 ** 31;

const highest = ({ victims: [first] }: Candidate): number => first?.priority ?? 0;
/** Since when the oldest of the most important victims runs. */
const earliest = ({ victims }: Candidate): number =>
  Math.min(...victims.filter(({ priority }) => priority === victims[0]?.priority).map(startOf));

/** The lowest wins; the next rule decides between equals, in the end the first. */
const RULES: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  highest,
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + OFFSET, 0),
  ({ victims }) => victims.length,
  (candidate) => -earliest(candidate),
];

export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const rule of RULES) {
    const costs = left.map(rule);
    const least = costs.reduce((min, cost) => Math.min(min, cost), Number.POSITIVE_INFINITY);
    left = left.filter((_, index) => costs[index] === least);
  }
  return left[0];
}
