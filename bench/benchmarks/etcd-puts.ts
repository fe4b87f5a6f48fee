/** The store that Kubernetes uses, beside ours. */
import type { Benchmark } from '../benchmark.ts';
import type { LoopReport } from '../load/closed-loop.ts';
import type { EtcdLoadOptions } from '../load/etcd-program.ts';
import { startEtcd } from '../servers/etcd.ts';

const CLIENTS = 64;

export const etcdPuts: Benchmark = {
  name: 'etcd-puts',
  about: `Peer. Puts of 2.5 kB values into etcd over gRPC (plain text, a small client over node:http2), ${CLIENTS} connections, every commit on disk.`,
  async prepare(context) {
    const etcd = await startEtcd(context.folder);
    context.defer(() => etcd.stop());
    const { quick, seed } = context;
    let round = 0;
    const run = (clients: number, measuredMs: number): Promise<LoopReport> => {
      round += 1;
      const options: EtcdLoadOptions = {
        ...{ port: etcd.port, seed, clients, measuredMs, prefix: `r${round}-`, warmupMs: measuredMs / 4 },
      };
      return context.load('etcd', options);
    };
    const ms = quick ? 1_500 : 6_000;
    await run(CLIENTS, ms / 2);
    return async () => {
      const { rate, p99 } = await run(CLIENTS, ms);
      const alone = await run(1, ms / 2);
      return [
        {
          what: `puts, ${CLIENTS} connections`,
          unit: '/s',
          value: rate,
          better: 'higher',
          note: `etcd ${etcd.version}`,
        },
        { what: 'their p99', unit: 'ms', value: p99, better: 'lower' },
        { what: 'a lone put, p50', unit: 'ms', value: alone.p50, better: 'lower' },
      ];
    };
  },
};
