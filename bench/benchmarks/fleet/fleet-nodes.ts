/** The first row of issue 6's table: nodes that come up. */
import type { Benchmark } from '../../benchmark.ts';
import { BenchFleet } from '../../servers/fleet.ts';
import { renderMemory } from '../../servers/process-figures.ts';

export const fleetNodes: Benchmark = {
  name: 'fleet-nodes',
  about: 'From the POST of a NodePool until its status counts all nodes Ready. KWOK’s own CI bar: 60 s.',
  async prepare(context) {
    const nodes = context.quick ? 200 : 5_000;
    return async () => {
      const fleet = await BenchFleet.start(context, nodes);
      const value = await fleet.createNodes(nodes);
      const memory = await renderMemory(fleet.pid, context.postmaster);
      await fleet.stop();
      const note = `${Math.round(nodes / value)} nodes/s; ${memory}`;
      const what = `${nodes.toLocaleString('en-US')} nodes created → Ready`;
      return [{ what, unit: 's', value, better: 'lower', goal: { least: 10, aim: 4 }, note }];
    };
  },
};
