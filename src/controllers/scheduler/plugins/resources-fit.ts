/** Room for what the pod requests, extended resources too; the emptier the node, the more points. */
import type { NodeState } from '../cache/node-state.ts';
import type { Plugin, Refusal, Scorer } from './plugin.ts';

const name = 'NodeResourcesFit';

/** The share of a capacity that stays free, 0 to 100. */
const left = (used: number, capacity: number): number =>
  capacity === 0 || used > capacity ? 0 : Math.floor(((capacity - used) * 100) / capacity);

export const resourcesFit: Plugin = {
  name,
  ready: ({ pod: { requests, assumedUse } }) => {
    const asked = Object.entries(requests).filter(([resource, amount]) => resource !== 'pods' && amount > 0);
    const points: Scorer['points'] = ({ info, assumed }) => {
      const { cpu = 0, memory = 0 } = info?.allocatable ?? {};
      const free = [
        ...(cpu === 0 ? [] : [left(assumed.cpu + assumedUse.cpu, cpu)]),
        ...(memory === 0 ? [] : [left(assumed.memory + assumedUse.memory, memory)]),
      ];
      return free.length === 0 ? 0 : Math.floor(free.reduce((sum, each) => sum + each, 0) / free.length);
    };
    return { filterAlone: (node) => missingRoom(node, asked), score: { ofNodeAlone: true, points } };
  },
};

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
    }
  }
  return reasons.length === 0 ? undefined : { plugin: name, reasons, preemptible };
}
