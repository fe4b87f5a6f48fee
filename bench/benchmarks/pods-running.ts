/** How fast pods get to run: Deployment, ReplicaSet, scheduler, kubelet, status. */
import type { Benchmark, Sample } from '../benchmark.ts';
import { BenchFleet } from '../servers/fleet.ts';

const SIZES = [1_000, 10_000];
const QUICK_SIZES = [100];
const PODS_A_NODE = 50;

export const podsRunning: Benchmark = {
  name: 'pods-running',
  about: `From the POST of a Deployment until its status counts all pods ready, on a fleet of simulated nodes with ${PODS_A_NODE} pods each. KWOK: its README speaks of 20 pods/s; its CI allows 120 s for 1,000 bare pods on one node, bound already.`,
  async prepare(context) {
    return async () => {
      const samples: Sample[] = [];
      for (const size of context.quick ? QUICK_SIZES : SIZES) {
        const nodes = Math.ceil(size / PODS_A_NODE);
        const fleet = await BenchFleet.start(context, nodes);
        await fleet.createNodes(nodes);
        const value = await fleet.createPods('bench', size);
        await fleet.stop();
        const note = `${Math.round(size / value)} pods/s on ${nodes} nodes`;
        samples.push({ what: `${size.toLocaleString('en-US')} pods Running`, unit: 's', value, better: 'lower', note });
      }
      return samples;
    };
  },
};
