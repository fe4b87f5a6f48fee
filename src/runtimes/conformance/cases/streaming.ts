/** Exec, attach and port-forward. */
import type { Bench } from '../bench.ts';
import type { ConformanceCase } from '../case.ts';
import { check, refused, same } from '../expect.ts';
import { client, connection, streamingOf } from '../streams.ts';

const sh = (script: string): string[] => ['/bin/sh', '-c', script];

const execCase = (name: string, run: (bench: Bench, uid: string) => Promise<void>): ConformanceCase => ({
  name: `exec: ${name}`,
  needs: ['exec'],
  run: async (bench) => run(bench, await bench.running()),
});

const REQUEST = 'GET / HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n';

export const STREAMING_CASES: readonly ConformanceCase[] = [
  execCase('output, errors and exit code', async ({ runtime, signal }, uid) => {
    const streams = client();
    const command = sh('echo out; echo err >&2; exit 3');
    const code = await streamingOf(runtime).exec(uid, 'main', { command, tty: false }, streams, signal);
    same([code, streams.out(), streams.err()], [3, 'out\n', 'err\n'], 'code, stdout, stderr');
  }),
  execCase('input is read to its end', async ({ runtime, signal }, uid) => {
    const streams = client(['abc', 'def\n']);
    const code = await streamingOf(runtime).exec(uid, 'main', { command: ['cat'], tty: false }, streams, signal);
    same([code, streams.out()], [0, 'abcdef\n'], 'code, stdout');
  }),
  execCase("sees the container's environment", async ({ runtime, signal }, uid) => {
    const streams = client();
    await streamingOf(runtime).exec(uid, 'main', { command: sh('echo "$FROM_SPEC"'), tty: false }, streams, signal);
    same(streams.out(), 'yes\n', 'stdout');
  }),
  execCase('on a terminal', async ({ runtime, signal }, uid) => {
    const streams = client();
    const code = await streamingOf(runtime).exec(
      uid,
      'main',
      { command: sh('echo hello; exit 4'), tty: true },
      streams,
      signal,
    );
    same(code, 4, 'code');
    check(streams.out().includes('hello\r\n'), `no terminal wrote ${JSON.stringify(streams.out())}`);
  }),
  execCase('ends when the client goes', async ({ runtime }, uid) => {
    const gone = new AbortController();
    const streams = client();
    const running = streamingOf(runtime).exec(
      ...([uid, 'main', { command: sh('echo here; sleep 600'), tty: false }] as const),
      { ...streams, stdout: async () => gone.abort() },
      gone.signal,
    );
    await running.catch(() => undefined);
    check(gone.signal.aborted, 'it ended by itself');
  }),
  execCase('of what is unknown or not there is refused', async ({ runtime, signal }, uid) => {
    const act = (pod: string, name: string, command: string[]) => () =>
      streamingOf(runtime).exec(pod, name, { command, tty: false }, client(), signal);
    await refused('an unknown container', act(uid, 'no-such', ['true']));
    await refused('an unknown pod', act('no-such-uid', 'main', ['true']));
    await refused('a name that leads elsewhere', act(uid, '../main', ['true']));
    await refused('a program that is not there', act(uid, 'main', ['/no/such/program']));
  }),
  {
    name: 'exec: into what has ended is refused',
    needs: ['exec'],
    async run(bench) {
      const uid = await bench.pod({ endsWith: 0 });
      await bench.start(uid, { endsWith: 0 });
      await bench.exited(uid);
      const { runtime, signal } = bench;
      await refused('exec', () =>
        streamingOf(runtime).exec(uid, 'main', { command: ['true'], tty: false }, client(), signal),
      );
    },
  },
  {
    name: 'attach: reaches the program',
    needs: ['attach'],
    async run(bench) {
      const uid = await bench.running({ reads: true });
      const gone = new AbortController();
      const streams = client(['hello\n'], gone.signal);
      const attached = streamingOf(bench.runtime).attach(uid, 'main', streams, gone.signal);
      await bench.until('it has answered', async () => streams.out().includes('hello\n'));
      gone.abort();
      await attached.catch(() => undefined);
    },
  },
  {
    name: 'portForward: reaches the port',
    needs: ['portForward'],
    async run(bench) {
      const uid = await bench.running({ serves: true });
      await bench.until('the port has answered', async () => {
        const pipe = connection([REQUEST]);
        await streamingOf(bench.runtime)
          .portForward(uid, bench.target.port, pipe, bench.signal)
          .catch(() => undefined);
        return pipe.text().startsWith('HTTP/1.');
      });
    },
  },
  {
    name: 'portForward: to a port where nobody listens is refused',
    needs: ['portForward'],
    async run(bench) {
      const uid = await bench.running();
      await refused('port 1', () => streamingOf(bench.runtime).portForward(uid, 1, connection([]), bench.signal));
      await refused('an unknown pod', () =>
        streamingOf(bench.runtime).portForward('no-such-uid', 80, connection([]), bench.signal),
      );
    },
  },
];
