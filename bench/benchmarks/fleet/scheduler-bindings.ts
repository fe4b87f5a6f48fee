/** How fast the scheduler binds in a big fleet, its writes included and the creates of the pods not. */
import type { Benchmark } from '../../benchmark.ts';
import { toTarget } from '../../load/http-connection.ts';
import type { PodsOptions, PodsReport } from '../../load/pods-program.ts';
import { fill } from '../../servers/fill.ts';
import { renderMemory, renderSpent, residentMB, spentDuring } from '../../servers/process-figures.ts';

const NODES = 10_000;
const PODS = 10_000;
const CONNECTIONS = 64;
/** The scheduler's first batch is made before its first binding is seen. */
const WARM_UP = 0.1;
const AMOUNTS = { cpu: '32', memory: '256Gi', pods: '110' };

const node = (index: number) => ({
  ...{ apiVersion: 'v1', kind: 'Node' },
  metadata: { name: `node-${index}`, labels: { 'topology.kubernetes.io/zone': `zone-${index % 3}` } },
  status: { allocatable: AMOUNTS, capacity: AMOUNTS, conditions: [{ type: 'Ready', status: 'True' }] },
});

export const schedulerBindings: Benchmark = {
  name: 'scheduler-bindings',
  about: `Pods wait in a fleet of nodes without kubelets (BENCH_SCHEDULER_NODES, ${NODES}); then a process with the controllers starts. From a tenth of the bindings that a subscriber of the API's process sees to the last one: reads, writes and Events of the scheduler, and nobody else's.`,
  async prepare(context) {
    const [nodes, count] = context.quick ? [500, 300] : [Number(process.env['BENCH_SCHEDULER_NODES'] ?? NODES), PODS];
    let round = 0;
    const url = await context.createDatabase();
    await fill(url, 'nodes', nodes, node);
    const api = await context.startServer(url, ['--role', 'api', '--empty']);
    const target = toTarget(await api.access());
    return async () => {
      round += 1;
      const warmUp = count * WARM_UP;
      const options = { target, connections: CONNECTIONS, count, prefix: `s${round}-`, warmUp };
      const pods = (more: Pick<PodsOptions, 'verb' | 'until'>) =>
        context.load<PodsReport>('pods', { ...options, ...more });
      await pods({ verb: 'create', until: 'created' });
      // It has its snapshot long before the controllers have theirs.
      const looking = pods({ verb: 'look', until: 'bound' });
      const controllers = await context.startServer(url, ['--role', 'controller', '--empty'], {
        FLOTILLA_NODE_MONITOR_GRACE_PERIOD: '24h',
      });
      const { result, ...spent } = await spentDuring(controllers.pid, () => looking, context.postmaster);
      const memory = await renderMemory(controllers.pid, context.postmaster);
      const ofApi = (await residentMB(api.pid)).toFixed(0);
      await controllers.kill('SIGTERM');
      const value = (count - warmUp) / result.spanSeconds;
      const note = `in ${result.spanSeconds.toFixed(1)} s; of the controllers' process ${renderSpent(spent, count)}; ${memory}, that of the API ${ofApi} MB`;
      const what = `bindings at ${nodes.toLocaleString('en-US')} nodes`;
      return [{ what, unit: '/s', value, better: 'higher', goal: { least: 1_000, aim: 3_000 }, note }];
    };
  },
};
