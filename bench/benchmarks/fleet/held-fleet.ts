/** How soon a big fleet answers: gets, creates and watch delivery while nodes and pods by the hundred thousand live. */
import type { Benchmark, Goal, Sample } from '../../benchmark.ts';
import type { LoopReport } from '../../load/closed-loop.ts';
import type { DeliveryOptions, DeliveryReport } from '../../load/delivery-program.ts';
import type { HttpLoadOptions } from '../../load/http-program.ts';
import { BenchFleet } from '../../servers/fleet.ts';
import { postgresMB, residentMB } from '../../servers/process-figures.ts';

const GOAL: Goal = { least: 100, aim: 30 };
const WRITES = { perSecond: 50, connections: 4 };
const READERS = 4;

export const heldFleet: Benchmark = {
  name: 'held-fleet',
  about: `The p99 of a GET of a pod (${READERS} connections), and at ${WRITES.perSecond} creates/s of the create and of its event at a stream subscriber. BENCH_HELD_NODES and BENCH_HELD_PODS set how much is held.`,
  async prepare(context) {
    const nodes = context.quick ? 500 : Number(process.env['BENCH_HELD_NODES'] ?? 100_000);
    const pods = context.quick ? 500 : Number(process.env['BENCH_HELD_PODS'] ?? 500_000);
    const ms = context.quick ? 1_500 : 20_000;
    const fleet = await BenchFleet.start(context, nodes);
    await fleet.createNodes(nodes);
    const seconds = await fleet.bindPods('held', pods, nodes);
    const target = await fleet.target();
    let round = 0;
    return async () => {
      round += 1;
      const writes: DeliveryOptions = { target, ...WRITES, ms, seed: context.seed, prefix: `d${round}-` };
      const { sentToAnswered, sentToDelivered } = await context.load<DeliveryReport>('delivery', writes);
      const reads: HttpLoadOptions = {
        ...{ target, seed: context.seed, clients: READERS, warmupMs: ms / 4, measuredMs: ms, verb: 'get' },
        ...{ prefix: `d${round}-`, count: Math.floor((WRITES.perSecond * ms) / 1_000) },
      };
      const { p99, rate } = await context.load<LoopReport>('http', reads);
      const of = `${nodes.toLocaleString('en-US')} nodes, ${pods.toLocaleString('en-US')} pods`;
      const row = (what: string, value: number, note: string): Sample => ({
        ...{ what: `${of}: ${what}, p99`, unit: 'ms', value, better: 'lower', goal: GOAL, note },
      });
      return [
        row('get', p99, `${Math.round(rate)} gets/s`),
        row('create', sentToAnswered.p99, `p50 ${sentToAnswered.p50.toFixed(1)} ms`),
        row('watch delivery', sentToDelivered.p99, `p50 ${sentToDelivered.p50.toFixed(1)} ms`),
        {
          ...{ what: `${of}: memory of PostgreSQL`, unit: 'MB', value: await postgresMB(context.postmaster) },
          better: 'lower',
        },
        {
          ...{ what: `${of}: memory of the process`, unit: 'MB', value: await residentMB(fleet.pid), better: 'lower' },
          note: `pods ready after ${seconds.toFixed(0)} s`,
        },
      ];
    };
  },
};
