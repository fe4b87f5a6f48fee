/** Every change to a thousand watchers. */
import type { Benchmark } from '../benchmark.ts';
import type { FanOutOptions, FanOutReport } from '../load/fan-out-program.ts';
import { toTarget } from '../load/http-connection.ts';
import { spentDuring } from '../servers/process-figures.ts';

const WATCHERS = 1_000;

export const fanOut: Benchmark = {
  name: 'fan-out',
  about: `${WATCHERS} WebSocket streams (TLS) subscribed to ConfigMaps of 300 bytes, 16 connections create them over HTTPS at the same server, at most 256 ahead of the slowest watcher.`,
  async prepare(context) {
    const server = await context.startServer(await context.createDatabase(), ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    let round = 0;
    return async () => {
      round += 1;
      const options: FanOutOptions = {
        ...{ target, watchers: context.quick ? WATCHERS / 10 : WATCHERS, writers: 16, window: 256 },
        ...{ ms: context.quick ? 1_500 : 6_000, prefix: `r${round}-` },
      };
      const run = () => context.load<FanOutReport>('fan-out', options);
      const { result, cores } = await spentDuring(server.pid, run);
      const perSecond = (count: number): number => count / (result.ms / 1_000);
      return [
        {
          ...{ what: 'deliveries', unit: '/s', value: perSecond(result.deliveries), better: 'higher' },
          goal: { least: 300_000, aim: 1_000_000 },
          note: `${Math.round(perSecond(result.changes))} changes/s, server ${cores.toFixed(2)} cores, connects included`,
        },
      ];
    };
  },
};
