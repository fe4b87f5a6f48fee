/** A big Deployment over a thousand nodes. */
import type { Benchmark } from '../../benchmark.ts';
import { BenchFleet } from '../../servers/fleet.ts';
import { renderMemory, renderSpent, spentDuring } from '../../servers/process-figures.ts';

export const deploymentPods: Benchmark = {
  name: 'deployment-pods',
  about:
    'From the POST of a Deployment until its status counts all pods ready: ReplicaSet, scheduler, kubelets, status.',
  async prepare(context) {
    const [nodes, pods] = context.quick ? [50, 200] : [1_000, 10_000];
    return async () => {
      const fleet = await BenchFleet.start(context, nodes);
      await fleet.createNodes(nodes);
      const create = () => fleet.createPods('bench', pods);
      const { result: value, ...spent } = await spentDuring(fleet.pid, create, context.postmaster);
      const memory = await renderMemory(fleet.pid, context.postmaster);
      await fleet.stop();
      const what = `${pods.toLocaleString('en-US')} pods of a Deployment over ${nodes.toLocaleString('en-US')} nodes`;
      const note = `${Math.round(pods / value)} pods/s; ${renderSpent(spent, pods)}; ${memory}`;
      return [{ what, unit: 's', value, better: 'lower', goal: { least: 25, aim: 8 }, note }];
    };
  },
};
