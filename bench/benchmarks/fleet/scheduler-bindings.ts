/** How fast the scheduler binds in a big fleet, its writes included. */
import type { Benchmark } from '../../benchmark.ts';
import { toTarget } from '../../load/http-connection.ts';
import type { PodsOptions, PodsReport } from '../../load/pods-program.ts';
import { fill } from '../../servers/fill.ts';
import { renderSpent, spentDuring } from '../../servers/process-figures.ts';

const NODES = 10_000;
const PODS = 10_000;
const CONNECTIONS = 64;
const AMOUNTS = { cpu: '32', memory: '256Gi', pods: '110' };

const node = (index: number) => ({
  ...{ apiVersion: 'v1', kind: 'Node' },
  metadata: { name: `node-${index}`, labels: { 'topology.kubernetes.io/zone': `zone-${index % 3}` } },
  status: { allocatable: AMOUNTS, capacity: AMOUNTS, conditions: [{ type: 'Ready', status: 'True' }] },
});

export const schedulerBindings: Benchmark = {
  name: 'scheduler-bindings',
  about: `Pods are created by ${CONNECTIONS} connections in a fleet of ${NODES} nodes without kubelets; from the first binding that a subscriber sees to the last one, so creates compete for the same core and bound the rate.`,
  async prepare(context) {
    const [nodes, count] = context.quick ? [500, 300] : [NODES, PODS];
    let round = 0;
    const url = await context.createDatabase();
    await fill(url, 'nodes', nodes, node);
    const server = await context.startServer(url, ['--role', 'api,controller', '--empty'], {
      FLOTILLA_NODE_MONITOR_GRACE_PERIOD: '24h',
    });
    const target = toTarget(await server.access());
    return async () => {
      round += 1;
      const options: PodsOptions = {
        ...{ target, connections: CONNECTIONS, count, prefix: `s${round}-`, verb: 'create', until: 'bound' },
      };
      const { result, ...spent } = await spentDuring(
        server.pid,
        () => context.load<PodsReport>('pods', options),
        context.postmaster,
      );
      const value = count / result.spanSeconds;
      const note = `creates answered after ${result.answeredSeconds.toFixed(1)} s, all bound after ${result.seconds.toFixed(1)} s; ${renderSpent(spent, count)}`;
      const what = `bindings at ${nodes.toLocaleString('en-US')} nodes`;
      return [{ what, unit: '/s', value, better: 'higher', goal: { least: 1_000, aim: 3_000 }, note }];
    };
  },
};
