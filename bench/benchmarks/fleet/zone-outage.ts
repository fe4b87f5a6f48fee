/** Thirty percent of a fleet dies at once: are the nodes given up at the pace that the zone rules say? */
import pg from 'pg';
import type { Benchmark } from '../../benchmark.ts';
import { BenchFleet, ZONES } from '../../servers/fleet.ts';
import { renderMemory } from '../../servers/process-figures.ts';

const SHARE = 0.3;
/** Nodes a second and zone, while less than 55 % of it are unhealthy. */
const RATE = 0.1;
const LOOK_MS = 500;

const COUNT = `
SELECT count(*) FILTER (WHERE body LIKE '%"status":"Unknown"%')::int AS unknown,
       count(*) FILTER (WHERE body LIKE '%"NoExecute"%')::int AS evicting
FROM objects WHERE resource = 'nodes'`;

interface Counts {
  readonly unknown: number;
  readonly evicting: number;
}

async function untilCounts(client: pg.Client, reached: (counts: Counts) => boolean): Promise<Counts> {
  for (;;) {
    const { rows } = await client.query<Counts>(COUNT);
    const [counts] = rows;
    if (counts !== undefined && reached(counts)) {
      return counts;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

export const zoneOutage: Benchmark = {
  name: 'zone-outage',
  about: `${SHARE * 100} % of the nodes of three zones stop their heartbeat. Until all are Unknown (the grace period is 20 s here), and how many a second then get the NoExecute taint against the ${RATE} a zone of the rules, over a minute.`,
  async prepare(context) {
    const nodes = context.quick ? 300 : 10_000;
    const seconds = context.quick ? 30 : 60;
    return async () => {
      const fleet = await BenchFleet.start(context, nodes, { FLOTILLA_NODE_MONITOR_GRACE_PERIOD: '20s' });
      await fleet.createNodes(nodes);
      const client = new pg.Client({ connectionString: fleet.databaseUrl });
      await client.connect();
      const dead = Math.floor(nodes * SHARE);
      const started = performance.now();
      await fleet.silence(dead);
      const silenced = (performance.now() - started) / 1_000;
      await untilCounts(client, ({ unknown }) => unknown >= dead);
      const unknownAfter = (performance.now() - started) / 1_000;
      const from = await untilCounts(client, ({ evicting }) => evicting > 0);
      const counted = performance.now();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      const to = await untilCounts(client, () => true);
      const passed = (performance.now() - counted) / 1_000;
      await client.end();
      const memory = await renderMemory(fleet.pid, context.postmaster);
      await fleet.stop();
      const rate = (to.evicting - from.evicting) / passed;
      const wanted = RATE * ZONES.length;
      const note = `${rate.toFixed(3)} nodes/s, the rules say ${wanted.toFixed(1)}`;
      const of = `${dead.toLocaleString('en-US')} of ${nodes.toLocaleString('en-US')} nodes die`;
      return [
        {
          what: `${of}: all Unknown`,
          unit: 's',
          value: unknownAfter,
          better: 'lower',
          note: `asked for in ${silenced.toFixed(1)} s; ${memory}`,
        },
        {
          ...{
            what: `${of}: pace, off the rules`,
            unit: '%',
            value: 100 * Math.abs(rate / wanted - 1),
            better: 'lower',
          },
          ...{ goal: { least: 5, aim: 5 }, note },
        },
      ];
    };
  },
};
