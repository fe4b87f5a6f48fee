/** How long others wait while one client sends what is much work, or means to be. */
import { type Benchmark, type Sample, Skipped } from '../benchmark.ts';
import { HOSTILE_FRAMES } from '../load/hostile/frames.ts';
import { hostileRequests } from '../load/hostile/index.ts';
import { type Stall, StallMeter } from '../load/hostile/measure.ts';
import { toTarget } from '../load/http-connection.ts';

const sampleOf = (what: string, { cpuMs, waitMs, answer }: Stall): Sample => ({
  ...{ what, unit: 'ms', value: cpuMs, better: 'lower' },
  note: `waited ${waitMs.toFixed(0)} ms; answer: ${answer}`,
});

export const badInput: Benchmark = {
  name: 'bad-input',
  about:
    'CPU time of the main thread within the longest wait for an answer of /livez, asked without pause over another connection, while the request is answered. One process with all roles and no nodes; its first round is cold. Below 100 ms is the promise.',
  async prepare(context) {
    const server = await context.startServer(await context.createDatabase(), ['--empty']);
    const meter = await StallMeter.open(toTarget(await server.access()), server.pid);
    context.defer(() => meter.close());
    let round = 0;
    const isAsked = ({ title }: { title: string }): boolean =>
      context.shapes.length === 0 || context.shapes.some((part) => title.includes(part));
    return async (): Promise<Sample[]> => {
      round += 1;
      const samples: Sample[] = [];
      for (const each of hostileRequests(String(round)).filter(isAsked)) {
        samples.push(sampleOf(each.title, await meter.request(each)));
      }
      for (const each of HOSTILE_FRAMES.filter(isAsked)) {
        samples.push(sampleOf(each.title, await meter.frames(each)));
      }
      if (samples.length === 0) {
        throw new Skipped(`no request whose title has ${context.shapes.join(' or ')}`);
      }
      return samples;
    };
  },
};
