/** How fast a fleet comes up. */
import type { Benchmark, Sample } from '../benchmark.ts';
import { BenchFleet } from '../servers/fleet.ts';

const SIZES = [1_000, 5_000, 10_000];
const QUICK_SIZES = [200];

export const nodesReady: Benchmark = {
  name: 'nodes-ready',
  about:
    'From the POST of a NodePool until its status counts all nodes Ready; API, workers and controllers in one process, BullMQ on Postgres, an empty database each time. KWOK: its README speaks of 20 nodes/s; its CI allows 120 s for 1,000 nodes.',
  async prepare(context) {
    return async () => {
      const samples: Sample[] = [];
      for (const size of context.quick ? QUICK_SIZES : SIZES) {
        const fleet = await BenchFleet.start(context, size);
        const value = await fleet.createNodes(size);
        await fleet.stop();
        const note = `${Math.round(size / value)} nodes/s`;
        samples.push({ what: `${size.toLocaleString('en-US')} nodes Ready`, unit: 's', value, better: 'lower', note });
      }
      return samples;
    };
  },
};
