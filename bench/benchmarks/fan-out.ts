/** Every change to a thousand watchers. */
import type { Benchmark } from '../benchmark.ts';
import type { FanOutOptions, FanOutReport } from '../load/fan-out-program.ts';
import { toTarget } from '../load/http-connection.ts';

const WATCHERS = 1_000;

export const fanOut: Benchmark = {
  name: 'fan-out',
  about: `${WATCHERS} WebSocket streams (TLS) subscribed to ConfigMaps of 300 bytes, 64 connections create them over HTTPS at the same server, at most 256 ahead of the slowest watcher.`,
  async prepare(context) {
    const server = await context.startServer(await context.createDatabase(), ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    let round = 0;
    return async () => {
      round += 1;
      const options: FanOutOptions = {
        ...{ target, watchers: context.quick ? WATCHERS / 10 : WATCHERS, writers: 64, window: 256 },
        ...{ ms: context.quick ? 1_500 : 6_000, prefix: `r${round}-`, serverPid: server.pid },
      };
      const result = await context.load<FanOutReport>('fan-out', options);
      const micros = (seconds: number): string => ((seconds * 1e6) / result.deliveries).toFixed(2);
      const perSecond = (count: number): number => count / (result.ms / 1_000);
      return [
        {
          ...{ what: 'deliveries', unit: '/s', value: perSecond(result.deliveries), better: 'higher' },
          goal: { least: 300_000, aim: 1_000_000 },
          note: `${Math.round(perSecond(result.changes))} changes/s; CPU of ${micros(result.serverSeconds)} µs in the server (creates included), ${micros(result.generatorSeconds)} µs in the generator each`,
        },
      ];
    };
  },
};
