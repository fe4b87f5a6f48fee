/** Durable creates of 2.5 kB pods over HTTPS, by many connections, and by one alone. */
import type { Benchmark, Sample } from '../benchmark.ts';
import type { LoopReport } from '../load/closed-loop.ts';
import { toTarget } from '../load/http-connection.ts';
import type { HttpLoadOptions } from '../load/http-program.ts';
import { renderSpent, spentDuring } from '../servers/process-figures.ts';

const CONNECTIONS = 64;

const samples = (many: LoopReport, alone: LoopReport, notes: { many: string; alone: string }): Sample[] => [
  {
    ...{ what: `creates, ${CONNECTIONS} connections`, unit: '/s', value: many.rate, better: 'higher' },
    goal: { least: 2_500, aim: 5_000 },
    note: notes.many,
  },
  { what: 'their p50', unit: 'ms', value: many.p50, better: 'lower' },
  { what: 'their p99', unit: 'ms', value: many.p99, better: 'lower', goal: { least: 60, aim: 60 } },
  {
    ...{ what: 'a lone create, p50', unit: 'ms', value: alone.p50, better: 'lower' },
    goal: { least: 4, aim: 2 },
    note: notes.alone,
  },
  { what: 'a lone create, p99', unit: 'ms', value: alone.p99, better: 'lower' },
];

export const podCreates: Benchmark = {
  name: 'pod-creates',
  about:
    'POST of a 2.5 kB pod over HTTPS with a token, kept-alive connections, answered after the commit; API role only.',
  async prepare(context) {
    const { quick, seed } = context;
    const server = await context.startServer(await context.createDatabase(), ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    let round = 0;
    const run = (clients: number, measuredMs: number): Promise<LoopReport> => {
      round += 1;
      const options: HttpLoadOptions = {
        ...{ target, seed, clients, measuredMs, verb: 'create', prefix: `r${round}-` },
        warmupMs: measuredMs / 4,
      };
      return context.load('http', options);
    };
    const ms = quick ? 1_500 : 8_000;
    await run(CONNECTIONS, ms / 2);
    return async () => {
      const spent = (clients: number, measuredMs: number) =>
        spentDuring(server.pid, () => run(clients, measuredMs), context.postmaster);
      const many = await spent(CONNECTIONS, ms);
      const alone = await spent(1, ms / 2);
      return samples(many.result, alone.result, {
        many: renderSpent(many, many.result.requests),
        alone: renderSpent(alone, alone.result.requests),
      });
    };
  },
};
