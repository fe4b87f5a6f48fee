/** A hundred thousand running pods with probes, left alone: what they cost and what the process holds. */
import type { Benchmark } from '../../benchmark.ts';
import { BenchFleet } from '../../servers/fleet.ts';
import { postgresMB, residentMB, spentDuring } from '../../servers/process-figures.ts';

const PODS_PER_NODE = 100;
const PODS_PER_DEPLOYMENT = 10_000;
/** For what was begun while pods were still starting: events, vacuum, checkpoints. */
const REST_MS = 30_000;

/** A simulated container answers on the ports that it declares. */
const PROBED = {
  ports: [{ containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 10 },
  livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 10 },
};

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const steadyPods: Benchmark = {
  name: 'steady-pods',
  about: `Pods of Deployments with a readiness and a liveness probe each, every 10 s, ${PODS_PER_NODE} a simulated node, all Ready, left alone: CPU of the one Node process and of PostgreSQL, resident memory. A simulated container says how long an answer holds, and is asked again then.`,
  async prepare(context) {
    const pods = context.quick ? 2_000 : Number(process.env['BENCH_STEADY_PODS'] ?? 100_000);
    const seconds = context.quick ? 15 : Number(process.env['BENCH_STEADY_SECONDS'] ?? 120);
    const fleet = await BenchFleet.start(context, pods / PODS_PER_NODE);
    await fleet.createNodes(pods / PODS_PER_NODE);
    let created = 0;
    for (let from = 0; from < pods; from += PODS_PER_DEPLOYMENT) {
      created += await fleet.createPods(`d-${from}`, Math.min(PODS_PER_DEPLOYMENT, pods - from), PROBED);
    }
    await rest(REST_MS);
    return async () => {
      const spent = await spentDuring(fleet.pid, () => rest(seconds * 1_000), context.postmaster);
      const postgres = (100 * spent.postgresSeconds) / seconds;
      const of = `${pods.toLocaleString('en-US')} pods with probes`;
      const note = `Node ${(100 * spent.cores).toFixed(1)} %, PostgreSQL ${postgres.toFixed(1)} %, for ${seconds} s`;
      return [
        {
          ...{ what: `${of}: share of a core`, unit: '%', value: 100 * spent.cores + postgres, better: 'lower' },
          ...{ goal: { least: 100, aim: 50 }, note },
        },
        {
          ...{ what: `${of}: memory of PostgreSQL`, unit: 'MB', value: await postgresMB(context.postmaster) },
          better: 'lower',
        },
        {
          ...{ what: `${of}: memory of the process`, unit: 'MB', value: await residentMB(fleet.pid), better: 'lower' },
          note: `all Ready ${created.toFixed(0)} s after the first POST`,
        },
      ];
    };
  },
};
