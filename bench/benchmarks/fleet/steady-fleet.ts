/** A hundred thousand nodes that only live: what their leases cost, how old they get, what the process holds. */
import pg from 'pg';
import type { Benchmark } from '../../benchmark.ts';
import { BenchFleet } from '../../servers/fleet.ts';
import { postgresMB, residentMB, spentDuring } from '../../servers/process-figures.ts';

const LOOK_MS = 1_000;

async function oldestLease(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ age: number }>(
    'SELECT extract(epoch FROM clock_timestamp() - min(renew_time))::float8 AS age FROM node_leases',
  );
  return rows[0]?.age ?? Number.NaN;
}

/** The oldest that any lease got while it was looked at every second. */
async function watchLeases(client: pg.Client, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let oldest = 0;
  while (performance.now() < end) {
    oldest = Math.max(oldest, await oldestLease(client));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return oldest;
}

export const steadyFleet: Benchmark = {
  name: 'steady-fleet',
  about:
    'Nodes of one NodePool that are all Ready, left alone: CPU of the one Node process and of PostgreSQL, the oldest lease in the table, resident memory. A look a second costs PostgreSQL a scan of the leases.',
  async prepare(context) {
    const nodes = context.quick ? 1_000 : 100_000;
    const seconds = context.quick ? 15 : Number(process.env['BENCH_STEADY_SECONDS'] ?? 120);
    const fleet = await BenchFleet.start(context, nodes);
    const created = await fleet.createNodes(nodes);
    const client = new pg.Client({ connectionString: fleet.databaseUrl });
    await client.connect();
    context.defer(() => client.end());
    await watchLeases(client, 30);
    return async () => {
      const spent = await spentDuring(fleet.pid, () => watchLeases(client, seconds), context.postmaster);
      const postgres = (100 * spent.postgresSeconds) / seconds;
      const of = `${nodes.toLocaleString('en-US')} nodes steady`;
      const share = 100 * spent.cores + postgres;
      const note = `Node ${(100 * spent.cores).toFixed(1)} %, PostgreSQL ${postgres.toFixed(1)} %, for ${seconds} s`;
      return [
        {
          what: `${of}: share of a core`,
          unit: '%',
          value: share,
          better: 'lower',
          goal: { least: 40, aim: 15 },
          note,
        },
        { what: `${of}: oldest lease`, unit: 's', value: spent.result, better: 'lower', goal: { least: 15, aim: 15 } },
        {
          ...{ what: `${of}: memory of PostgreSQL`, unit: 'MB', value: await postgresMB(context.postmaster) },
          better: 'lower',
        },
        {
          ...{ what: `${of}: memory of the process`, unit: 'MB', value: await residentMB(fleet.pid), better: 'lower' },
          ...{ goal: { least: 2_500, aim: 1_000 }, note: `all Ready ${created.toFixed(0)} s after the POST` },
        },
      ];
    };
  },
};
