/** Pods that are bound as they are created, on one node, and deleted again: what KWOK's CI measures. */
import type { Benchmark, Sample } from '../../benchmark.ts';
import type { PodsOptions, PodsReport } from '../../load/pods-program.ts';
import { BenchFleet } from '../../servers/fleet.ts';
import { renderMemory, renderSpent, type Spent, spentDuring } from '../../servers/process-figures.ts';

const CONNECTIONS = 64;
const GOAL = { least: 12, aim: 5 };

export const boundPods: Benchmark = {
  name: 'bound-pods',
  about: `Plain POSTs of pods with a nodeName over ${CONNECTIONS} connections, all on one simulated node, until a subscriber saw each Running; then plain DELETEs with the default grace until it saw each gone. KWOK’s CI bars: 60 s and 90 s.`,
  async prepare(context) {
    const count = context.quick ? 200 : 10_000;
    return async () => {
      const fleet = await BenchFleet.start(context, 1);
      await fleet.createNodes(1, { capacity: { cpu: '1k', memory: '10Ti', pods: String(2 * count) } });
      const target = await fleet.target();
      const run = (more: Pick<PodsOptions, 'verb' | 'until'>): Promise<Spent<PodsReport>> => {
        const options: PodsOptions = { target, connections: CONNECTIONS, count, prefix: 'b-', ...more };
        const load = () => context.load<PodsReport>('pods', { ...options, nodeName: 'bench-0' });
        return spentDuring(fleet.pid, load, context.postmaster);
      };
      const created = await run({ verb: 'create', until: 'running' });
      const deleted = await run({ verb: 'delete', until: 'gone' });
      const memory = await renderMemory(fleet.pid, context.postmaster);
      await fleet.stop();
      const sample = (what: string, { result: { seconds, answeredSeconds }, ...spent }: Spent<PodsReport>): Sample => ({
        ...{ what: `${count.toLocaleString('en-US')} pods ${what}`, unit: 's', value: seconds, better: 'lower' },
        goal: GOAL,
        note: `all requests answered after ${answeredSeconds.toFixed(1)} s; ${renderSpent(spent, count)}; ${memory}`,
      });
      return [sample('bound, created → Running', created), sample('deleted → gone', deleted)];
    };
  },
};
