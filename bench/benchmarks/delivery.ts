/** How soon a watcher hears of a write. */
import type { Benchmark, Goal, Sample } from '../benchmark.ts';
import type { DeliveryOptions, DeliveryReport } from '../load/delivery-program.ts';
import { toTarget } from '../load/http-connection.ts';
import { commitTimes } from '../servers/commit-times.ts';
import { percentile } from '../statistics.ts';

const RATES: readonly { perSecond: number; connections: number; goal: Goal }[] = [
  { perSecond: 50, connections: 4, goal: { least: 10, aim: 5 } },
  { perSecond: 1_000, connections: 64, goal: { least: 50, aim: 25 } },
];

interface Measured extends DeliveryReport {
  readonly committedToDelivered: readonly number[];
}

function timeOf(committed: ReadonlyMap<string, number>, name: string): number {
  const at = committed.get(name);
  if (at === undefined) {
    throw new Error(`PostgreSQL knows no time of the commit of ${name}`);
  }
  return at;
}

function samples(rate: number, goal: Goal, measured: Measured): Sample[] {
  const { sentToDelivered, sentToAnswered, committedToDelivered, perSecond } = measured;
  const note = `${Math.round(perSecond)} writes/s; sent to answered p50 ${sentToAnswered.p50.toFixed(1)}, p99 ${sentToAnswered.p99.toFixed(1)} ms`;
  const row = (what: string, value: number): Sample => ({
    ...{ what: `${what}, ${rate.toLocaleString('en-US')} writes/s`, unit: 'ms', value, better: 'lower' },
  });
  const of = (percent: number): number => percentile(committedToDelivered, percent);
  return [
    row('commit → delivered p50', of(50)),
    { ...row('commit → delivered p99', of(99)), goal, note: `longest ${of(100).toFixed(1)} ms` },
    row('sent → delivered p50', sentToDelivered.p50),
    { ...row('sent → delivered p99', sentToDelivered.p99), note },
  ];
}

export const delivery: Benchmark = {
  name: 'delivery',
  about:
    "From the commit of a 2.5 kB pod (PostgreSQL's own time of it, taken before it is on disk), and from the moment its create is due to be sent, until a stream subscriber in the writers' process has its event.",
  async prepare(context) {
    const { quick, seed } = context;
    const databaseUrl = await context.createDatabase();
    const server = await context.startServer(databaseUrl, ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    let run = 0;
    const measure = async (perSecond: number, connections: number, ms: number): Promise<Measured> => {
      run += 1;
      const options: DeliveryOptions = { target, perSecond, connections, ms, seed, prefix: `r${run}-` };
      const report = await context.load<DeliveryReport>('delivery', options);
      const committed = await commitTimes(databaseUrl, options.prefix);
      const committedToDelivered = report.deliveredAt.map(([name, at]) => at - timeOf(committed, name));
      return { ...report, committedToDelivered };
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
