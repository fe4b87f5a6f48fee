/** Room for what the pod requests, extended resources too; how full the node is gives points. */
import type { ScoringStrategy } from '../../../values/scheduler-profile.ts';
import type { Amounts } from '../../views/amounts.ts';
import type { NodeState } from '../cache/node-state.ts';
import type { ClusterEvent } from '../queue/cluster-event.ts';
import type { Plugin, Refusal } from './plugin.ts';
import { pointsByStrategy, usesOf } from './resource-points.ts';

const name = 'NodeResourcesFit';

const LEAST_ALLOCATED: ScoringStrategy = {
  type: 'LeastAllocated',
  resources: [
    { name: 'cpu', weight: 1 },
    { name: 'memory', weight: 1 },
  ],
};

export const resourcesFit: Plugin = {
  name,
  ready: ({ pod }, _, { NodeResourcesFit: { scoringStrategy = LEAST_ALLOCATED, ignoredResources = [] } = {} }) => {
    const asked = Object.entries(pod.requests).filter(
      ([resource, amount]) => resource !== 'pods' && amount > 0 && !ignoredResources.includes(resource),
    );
    const pointsOf = pointsByStrategy(scoringStrategy);
    return {
      filterAlone: (node) => missingRoom(node, asked),
      score: {
        ofNodeAlone: true,
        points: (node) => pointsOf(usesOf(node, pod, scoringStrategy.resources, true)),
      },
    };
  },
  helps: (event, { pod }) => makesRoom(event, pod.requests),
};

/** Somebody left or asks for less, or a node came or grew that could hold the pod if it were empty. */
function makesRoom(event: ClusterEvent, requests: Amounts): boolean {
  const asked = Object.keys(requests).filter((resource) => (requests[resource] ?? 0) > 0);
  if (event.kind === 'pod') {
    const { before, pod } = event;
    return before !== undefined && asked.some((name) => (pod.requests[name] ?? 0) < (before.requests[name] ?? 0));
  }
  if (event.kind !== 'node') {
    return event.kind === 'pod-gone';
  }
  const { before, node } = event;
  const holds = ({ allocatable }: { allocatable: Amounts }): boolean =>
    asked.every((name) => (requests[name] ?? 0) <= (allocatable[name] ?? 0));
  const grew = asked.some((name) => (node.allocatable[name] ?? 0) > (before?.allocatable[name] ?? 0));
  return holds(node) && (before === undefined || !holds(before) || grew);
}

/** A pod may ask for 49,000 resources that no node has. */
const ENOUGH_REASONS = 20;

function missingRoom(node: NodeState, asked: readonly (readonly [string, number])[]): Refusal | undefined {
  const { used, info } = node;
  const allocatable = info?.allocatable ?? {};
  const reasons: string[] = [];
  let preemptible = true;
  if (node.pods.size + 1 > (allocatable['pods'] ?? 0)) {
    reasons.push('Too many pods');
  }
  for (const [resource, amount] of asked) {
    const capacity = allocatable[resource] ?? 0;
    if (amount > capacity - (used[resource] ?? 0)) {
      reasons.push(`Insufficient ${resource}`);
      preemptible &&= amount <= capacity;
      if (reasons.length >= ENOUGH_REASONS && !preemptible) {
        break;
      }
    }
  }
  return reasons.length === 0 ? undefined : { plugin: name, reasons, preemptible };
}
