/** Logs with the options of `kubectl logs`. */
import type { LogOptions } from '../../runtime.ts';
import type { Bench } from '../bench.ts';
import type { ConformanceCase } from '../case.ts';
import { check, refused, same } from '../expect.ts';
import { streamingOf } from '../streams.ts';

async function read(bench: Bench, uid: string, options: LogOptions = {}, container = 'main'): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamingOf(bench.runtime).logs(uid, container, options, bench.signal)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const LINES = ['one', 'two', 'three'];
const ENDING = { endsWith: 0, lines: LINES, afterSeconds: 0.2 };

async function logged(bench: Bench): Promise<string> {
  const uid = await bench.pod(ENDING);
  await bench.start(uid, ENDING);
  await bench.exited(uid);
  return uid;
}

const count = (text: string): number => text.split('\n').length - 1;

const logCase = (name: string, run: ConformanceCase['run']): ConformanceCase => ({
  ...{ name: `logs: ${name}`, needs: ['logs'], run },
});

export const LOG_CASES: readonly ConformanceCase[] = [
  logCase('hold what was written, in order', async (bench) => {
    const text = await read(bench, await logged(bench));
    const at = LINES.map((line) => text.indexOf(`${line}\n`));
    check(!at.includes(-1), `a line is missing in ${JSON.stringify(text)}`);
    same(
      [...at].sort((a, b) => a - b),
      at,
      'order',
    );
  }),
  logCase('tailLines leaves the last lines', async (bench) => {
    const uid = await logged(bench);
    const all = await read(bench, uid);
    same(await read(bench, uid, { tailLines: 2 }), all.split('\n').slice(-3).join('\n'), 'the last two');
    same(await read(bench, uid, { tailLines: 0 }), '', 'the last none');
    same(await read(bench, uid, { tailLines: 1_000 }), all, 'more than there are');
  }),
  logCase('limitBytes cuts', async (bench) => {
    const uid = await logged(bench);
    same((await read(bench, uid, { limitBytes: 5 })).length, 5, 'bytes');
  }),
  logCase('sinceTime leaves out what is older', async (bench) => {
    const uid = await logged(bench);
    const { startedAt } = await bench.exited(uid);
    same(await read(bench, uid, { sinceTime: startedAt + 3_600_000 }), '', 'in an hour');
    same(count(await read(bench, uid, { sinceTime: startedAt - 3_600_000 })) > 0, true, 'an hour ago');
  }),
  logCase('timestamps stand before each line', async (bench) => {
    const text = await read(bench, await logged(bench), { timestamps: true });
    for (const line of text.trimEnd().split('\n')) {
      check(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d) /.test(line), `no time before "${line}"`);
    }
  }),
  logCase('previous is the attempt before', async (bench) => {
    const uid = await logged(bench);
    await refused('the attempt before the first', () => read(bench, uid, { previous: true }));
    const first = await read(bench, uid);
    await bench.start(uid, ENDING, 1);
    await bench.until(
      'attempt 1 has begun',
      async () => (await bench.runtime.pod(uid))?.containers.at(-1)?.attempt === 1,
    );
    same(await read(bench, uid, { previous: true }), first, 'the log of attempt 0');
  }),
  logCase('follow ends with the container', async (bench) => {
    const behaviour = { endsWith: 0, lines: LINES, afterSeconds: 1 };
    const uid = await bench.pod(behaviour);
    await bench.start(uid, behaviour);
    await bench.phase(uid, 'running');
    const text = await read(bench, uid, { follow: true });
    check(text.includes('three\n'), `the last line is missing in ${JSON.stringify(text)}`);
    await bench.exited(uid);
  }),
  logCase('follow ends when the client goes', async (bench) => {
    const uid = await bench.running({ lines: LINES });
    const gone = new AbortController();
    for await (const _ of streamingOf(bench.runtime).logs(uid, 'main', { follow: true }, gone.signal)) {
      gone.abort();
    }
    check(gone.signal.aborted, 'it ended by itself');
  }),
  logCase('of what is unknown are refused', async (bench) => {
    const uid = await bench.running();
    await refused('an unknown container', () => read(bench, uid, {}, 'no-such'), 'NotFound');
    await refused('an unknown pod', () => read(bench, 'no-such-uid'), 'NotFound');
    for (const name of ['../../../../etc/passwd', '..', '/etc/passwd', 'main/../main', 'a\0b']) {
      await refused(`container ${JSON.stringify(name)}`, () => read(bench, uid, {}, name));
      await refused(`pod ${JSON.stringify(name)}`, () => read(bench, name));
    }
  }),
];
