/** How long others wait while one client sends bodies that are much work. */
import type { Benchmark, Sample } from '../benchmark.ts';
import { encodeRequest, HttpConnection, type Target, toTarget } from '../load/http-connection.ts';
import { type LongBody, longBodies } from '../load/long-bodies.ts';

/** Asks `/livez` without pause until `work` is done: the longest wait, in milliseconds. */
async function longestWait(target: Target, asker: HttpConnection, work: Promise<number>): Promise<[number, number]> {
  const request = encodeRequest(target, 'GET', '/livez');
  const state = { isDone: false };
  const ended = work.finally(() => {
    state.isDone = true;
  });
  let longest = 0;
  while (!state.isDone) {
    const begun = performance.now();
    await asker.send(request);
    longest = Math.max(longest, performance.now() - begun);
  }
  return [longest, await ended];
}

export const badInput: Benchmark = {
  name: 'bad-input',
  about:
    'The longest wait for an answer of /livez, asked without pause over another connection, while a body that is much work is answered. A server that does nothing else. Below 100 ms is the promise.',
  async prepare(context) {
    const server = await context.startServer(await context.createDatabase(), ['--role', 'api', '--empty']);
    const target = toTarget(await server.access());
    const [sender, asker] = await Promise.all([HttpConnection.open(target), HttpConnection.open(target)]);
    context.defer(async () => {
      sender.close();
      asker.close();
    });
    const measure = async ({ title, method, path, type, body }: LongBody): Promise<Sample> => {
      const sent = sender.send(encodeRequest(target, method, path, body, type));
      const [longest, status] = await longestWait(target, asker, sent);
      return { what: title, unit: 'ms', value: longest, better: 'lower', note: `answered ${status}` };
    };
    let round = 0;
    const run = async (): Promise<Sample[]> => {
      round += 1;
      const samples: Sample[] = [];
      for (const body of longBodies(String(round))) {
        samples.push(await measure(body));
      }
      return samples;
    };
    await run();
    return run;
  },
};
