/** Durable creates of 2.5 kB pods, a thousand a request. */
import type { Benchmark } from '../benchmark.ts';
import type { BulkLoadOptions } from '../load/bulk-program.ts';
import type { LoopReport } from '../load/closed-loop.ts';
import { toTarget } from '../load/http-connection.ts';
import { renderSpent, spentDuring } from '../servers/process-figures.ts';

const CONNECTIONS = 4;
const ITEMS = 1_000;

export const bulkCreates: Benchmark = {
  name: 'bulk-creates',
  about: `Creates of 2.5 kB pods by POST …/bulk over HTTPS, ${ITEMS} a request, ${CONNECTIONS} connections, each answered after its commit; API role only. Beside etcd-puts: the goals are 2 and 3.5 times its rate.`,
  async prepare(context) {
    const { quick, seed, postmaster } = context;
    const server = await context.startServer(await context.createDatabase(), ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    let round = 0;
    const run = (measuredMs: number): Promise<LoopReport> => {
      round += 1;
      const options: BulkLoadOptions = {
        ...{ target, seed, clients: CONNECTIONS, items: ITEMS, measuredMs, prefix: `r${round}-` },
        warmupMs: measuredMs / 4,
      };
      return context.load('bulk', options);
    };
    const ms = quick ? 2_000 : 8_000;
    await run(ms / 2);
    return async () => {
      const { result, ...spent } = await spentDuring(server.pid, () => run(ms), postmaster);
      return [
        {
          ...{ what: `pods, ${CONNECTIONS} connections`, unit: '/s', value: result.rate, better: 'higher' },
          goal: { least: 8_000, aim: 15_000 },
          note: renderSpent(spent, result.requests * ITEMS),
        },
        { what: `${ITEMS} pods answered, p50`, unit: 'ms', value: result.p50, better: 'lower' },
      ];
    };
  },
};
