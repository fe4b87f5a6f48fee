/** Rather nodes whose resources fill up evenly. Source: noderesources/balanced_allocation.go. */
import type { Plugin } from './plugin.ts';

export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  ready: ({ pod: { requests } }) => {
    const { cpu: ofCpu = 0, memory: ofMemory = 0 } = requests;
    // A pod that asks for nothing changes no balance.
    if (ofCpu === 0 && ofMemory === 0) {
      return undefined;
    }
    return {
      score: {
        ofNodeAlone: true,
        points: ({ info, used }) => {
          const { cpu = 0, memory = 0 } = info?.allocatable ?? {};
          if (cpu === 0 || memory === 0) {
            return 100;
          }
          const shares = [((used['cpu'] ?? 0) + ofCpu) / cpu, ((used['memory'] ?? 0) + ofMemory) / memory];
          const [first = 0, second = 0] = shares.map((share) => Math.min(1, share));
          return Math.floor((1 - Math.abs(first - second) / 2) * 100);
        },
      },
    };
  },
};
