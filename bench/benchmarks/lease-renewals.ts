/** Heartbeats of a large fleet, a shard at a time, as the kubelet's workers renew them. */
import pg from 'pg';
import { openStorage } from '../../src/storage/storage.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { seededRandom } from '../../src/timing/random.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import type { Benchmark } from '../benchmark.ts';

const SHARD_NODES = 2_000;
const NODES = 100_000;
const QUICK_NODES = 10_000;

async function insertLeases(url: string, nodes: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO node_leases (node_name, shard, renew_time, written_time)
       SELECT 'node-' || n, 'shard-' || n / $2, now(), '' FROM generate_series(0, $1 - 1) AS n`,
      [nodes, SHARD_NODES],
    );
    await client.query('VACUUM ANALYZE node_leases');
  } finally {
    await client.end();
  }
}

export const leaseRenewals: Benchmark = {
  name: 'lease-renewals',
  about: `${NODES} leases in shards of ${SHARD_NODES}, each shard one durable transaction, one after another, in the storage layer: renewals never pass HTTP.`,
  async prepare(context) {
    const url = await context.createDatabase();
    const nodes = context.quick ? QUICK_NODES : NODES;
    await insertLeases(url, nodes);
    const storage = await openStorage({
      ...{ url, poolSize: 4, shards: 4, random: seededRandom(context.seed), clock: systemClock, logger: silentLogger },
      retention: { minutes: 5, revisions: 1_000_000 },
    });
    context.defer(() => storage.close());
    const { nodeLeases } = storage;
    const renewAll = async (): Promise<number> => {
      let renewed = 0;
      for (const shard of await nodeLeases.shards()) {
        renewed += await nodeLeases.renewShard(shard, 0);
      }
      return renewed;
    };
    await renewAll();
    return async () => {
      const started = performance.now();
      const renewed = await renewAll();
      const value = renewed / ((performance.now() - started) / 1_000);
      return [{ what: 'renewals', unit: '/s', value, better: 'higher', goal: { least: 100_000, aim: 300_000 } }];
    };
  },
};
