/** Rather nodes whose resources fill up evenly. Source: noderesources/balanced_allocation.go. */
import type { Plugin } from './plugin.ts';
import { balance, usesOf } from './resource-points.ts';

const CPU_AND_MEMORY = ['cpu', 'memory'].map((name) => ({ name, weight: 1 }));

export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  ready: ({ pod }, _, { NodeResourcesBalancedAllocation: { resources = CPU_AND_MEMORY } = {} }) => {
    // A pod that asks for nothing changes no balance.
    if (resources.every(({ name }) => (pod.requests[name] ?? 0) === 0)) {
      return undefined;
    }
    return {
      score: { ofNodeAlone: true, points: (node) => balance(usesOf(node, pod, resources, false)) },
    };
  },
};
