/** What a thousand subscribers that read nothing cost the server, and one that reads. */
import type { Benchmark, Sample } from '../benchmark.ts';
import type { DeliveryOptions, DeliveryReport } from '../load/delivery-program.ts';
import { toTarget } from '../load/http-connection.ts';
import { watchMemory } from '../servers/process-figures.ts';

const NON_READERS = 1_000;
const PER_SECOND = 50;

export const neverReading: Benchmark = {
  name: 'never-reading',
  about: `${PER_SECOND} creates of 2.5 kB pods a second and one subscriber that reads, without and with ${NON_READERS} that read nothing (in the same process; their connects are not timed). Memory is the server's resident set.`,
  async prepare(context) {
    const { quick, seed } = context;
    const server = await context.startServer(await context.createDatabase(), ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    const count = quick ? NON_READERS / 10 : NON_READERS;
    let run = 0;
    const measure = (nonReaders: number): Promise<DeliveryReport> => {
      run += 1;
      const ms = quick ? 2_000 : 15_000;
      const options: DeliveryOptions = {
        ...{ target, perSecond: PER_SECOND, connections: 4, ms, seed, prefix: `r${run}-`, nonReaders },
      };
      return context.load('delivery', options);
    };
    await measure(0);
    return async (): Promise<readonly Sample[]> => {
      const without = await measure(0);
      const { before, peak } = await watchMemory(server.pid);
      const beside = await measure(count);
      const after = await peak();
      const note = `${before.toFixed(0)} MB before, ${after.toFixed(0)} MB at most with ${count}`;
      const p99 = ({ sentToDelivered }: DeliveryReport) => sentToDelivered.p99;
      return [
        { what: 'sent → delivered alone, p99', unit: 'ms', value: p99(without), better: 'lower' },
        { what: 'the same beside non-readers, p99', unit: 'ms', value: p99(beside), better: 'lower' },
        { what: 'memory a non-reader', unit: 'KB', value: ((after - before) * 1_000) / count, better: 'lower', note },
      ];
    };
  },
};
