/** How soon a watcher hears of a write. */
import type { Benchmark, Goal, Sample } from '../benchmark.ts';
import type { DeliveryOptions, DeliveryReport } from '../load/delivery-program.ts';
import { toTarget } from '../load/http-connection.ts';

const RATES: readonly { perSecond: number; connections: number; goal: Goal }[] = [
  { perSecond: 50, connections: 4, goal: { least: 10, aim: 5 } },
  { perSecond: 1_000, connections: 64, goal: { least: 50, aim: 25 } },
];

function samples(rate: number, goal: Goal, { sentToDelivered, sentToAnswered, perSecond }: DeliveryReport): Sample[] {
  const note = `${Math.round(perSecond)} writes/s; sent to answered p50 ${sentToAnswered.p50.toFixed(1)}, p99 ${sentToAnswered.p99.toFixed(1)} ms`;
  const at = `${rate.toLocaleString('en-US')} writes/s`;
  return [
    { what: `sent → delivered, ${at}, p50`, unit: 'ms', value: sentToDelivered.p50, better: 'lower' },
    { what: `sent → delivered, ${at}, p99`, unit: 'ms', value: sentToDelivered.p99, better: 'lower', goal, note },
  ];
}

export const delivery: Benchmark = {
  name: 'delivery',
  about:
    'From the moment a create of a 2.5 kB pod is due to be sent until a stream subscriber in the same process has its event: an upper bound of commit → delivered, for which the goal is.',
  async prepare(context) {
    const { quick, seed } = context;
    const server = await context.startServer(await context.createDatabase(), ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    let run = 0;
    const measure = (perSecond: number, connections: number, ms: number): Promise<DeliveryReport> => {
      run += 1;
      const options: DeliveryOptions = { target, perSecond, connections, ms, seed, prefix: `r${run}-` };
      return context.load('delivery', options);
    };
    await measure(500, 16, quick ? 1_000 : 4_000);
    return async () => {
      const all: Sample[] = [];
      for (const { perSecond, connections, goal } of RATES) {
        all.push(...samples(perSecond, goal, await measure(perSecond, connections, quick ? 1_000 : 6_000)));
      }
      return all;
    };
  },
};
