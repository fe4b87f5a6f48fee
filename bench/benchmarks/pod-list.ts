/** One list of everything there is. */
import { seededRandom } from '../../src/timing/random.ts';
import type { Benchmark } from '../benchmark.ts';
import { toTarget } from '../load/http-connection.ts';
import type { ListReport } from '../load/list-program.ts';
import { pod } from '../load/manifests.ts';
import { fill } from '../servers/fill.ts';
import { watchMemory } from '../servers/process-figures.ts';

const PODS = 50_000;
const QUICK_PODS = 5_000;

export const podList: Benchmark = {
  name: 'pod-list',
  about: `GET of all ${PODS} pods of 2.5 kB over HTTPS, no limit, no gzip; memory: the server's peak during it over before.`,
  async prepare(context) {
    const databaseUrl = await context.createDatabase();
    const server = await context.startServer(databaseUrl, ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    const random = seededRandom(context.seed);
    await fill(databaseUrl, 'pods', context.quick ? QUICK_PODS : PODS, (index) => pod(`pod-${index}`, random));
    // The first list of a process pays for what others then find warm, its memory included.
    await context.load<ListReport>('list', { target });
    return async () => {
      const memory = await watchMemory(server.pid);
      const { bytes, ms, firstMs } = await context.load<ListReport>('list', { target });
      const extra = (await memory.peak()) - memory.before;
      return [
        {
          ...{ what: 'list', unit: 'MB/s', value: bytes / 1e6 / (ms / 1_000), better: 'higher' },
          ...{ goal: { least: 120, aim: 250 }, note: `${Math.round(bytes / 1e6)} MB` },
        },
        { what: 'first byte', unit: 'ms', value: firstMs, better: 'lower' },
        {
          ...{ what: 'extra memory', unit: 'MB', value: extra, better: 'lower', goal: { least: 100, aim: 100 } },
          note: `on ${Math.round(memory.before)} MB`,
        },
      ];
    };
  },
};
