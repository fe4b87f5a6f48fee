/** Reads of one pod, each a query of Postgres. */

import { seededRandom } from '../../src/timing/random.ts';
import type { Benchmark } from '../benchmark.ts';
import type { LoopReport } from '../load/closed-loop.ts';
import { toTarget } from '../load/http-connection.ts';
import type { HttpLoadOptions } from '../load/http-program.ts';
import { pod } from '../load/manifests.ts';
import { fill } from '../servers/fill.ts';
import { renderSpent, spentDuring } from '../servers/process-figures.ts';

const PODS = 1_000;
const CONNECTIONS = 64;

export const podGets: Benchmark = {
  name: 'pod-gets',
  about: `GET of one of ${PODS} pods over HTTPS, ${CONNECTIONS} connections, the newest state each time.`,
  async prepare(context) {
    const { quick, seed } = context;
    const databaseUrl = await context.createDatabase();
    const server = await context.startServer(databaseUrl, ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    const random = seededRandom(seed);
    await fill(databaseUrl, 'pods', PODS, (index) => pod(`pod-${index}`, random));
    const run = (measuredMs: number): Promise<LoopReport> => {
      const options: HttpLoadOptions = {
        ...{ target, seed, clients: CONNECTIONS, measuredMs, verb: 'get', prefix: 'pod-', count: PODS },
        warmupMs: measuredMs / 4,
      };
      return context.load('http', options);
    };
    const ms = quick ? 1_500 : 6_000;
    await run(ms / 2);
    return async () => {
      const { result, ...spent } = await spentDuring(server.pid, () => run(ms), context.postmaster);
      return [
        {
          ...{
            what: 'gets',
            unit: '/s',
            value: result.rate,
            better: 'higher',
            note: renderSpent(spent, result.requests),
          },
          goal: { least: 6_000, aim: 12_000 },
        },
        { what: 'their p99', unit: 'ms', value: result.p99, better: 'lower' },
      ];
    };
  },
};
