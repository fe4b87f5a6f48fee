/** A big Deployment over a thousand nodes. */
import type { Benchmark } from '../../benchmark.ts';
import { BenchFleet } from '../../servers/fleet.ts';
import { renderMemory } from '../../servers/process-figures.ts';

export const deploymentPods: Benchmark = {
  name: 'deployment-pods',
  about:
    'From the POST of a Deployment until its status counts all pods ready: ReplicaSet, scheduler, kubelets, status.',
  async prepare(context) {
    const [nodes, pods] = context.quick ? [50, 200] : [1_000, 10_000];
    return async () => {
      const fleet = await BenchFleet.start(context, nodes);
      await fleet.createNodes(nodes);
      const value = await fleet.createPods('bench', pods);
      const memory = await renderMemory(fleet.pid, context.postmaster);
      await fleet.stop();
      const what = `${pods.toLocaleString('en-US')} pods of a Deployment over ${nodes.toLocaleString('en-US')} nodes`;
      const note = `${Math.round(pods / value)} pods/s; ${memory}`;
      return [{ what, unit: 's', value, better: 'lower', goal: { least: 25, aim: 8 }, note }];
    };
  },
};
