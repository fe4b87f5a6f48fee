/** Logs, exec, attach and port-forward of processes. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { readLog } from '../cri-log/read-log.ts';
import type { Dial } from '../probing/dial.ts';
import { type ProcessStreams, RuntimeError, type RuntimePod, type Streaming } from '../runtime.ts';
import { forwardTcp } from '../streaming/forward-port.ts';
import { running } from './containers.ts';
import { dialOf } from './dial.ts';
import { runInTerminal, runPlain } from './exec.ts';
import type { ProcessHost } from './host.ts';
import { order, reachKeeper } from './keeper.ts';
import { allowedProgram } from './policy.ts';
import type { ContainerRecord } from './records.ts';

interface Said {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
}

export const processStreaming = (host: ProcessHost): Streaming => ({
  async *logs(uid, name, options, signal) {
    const attempts = (await host.records.runs(uid)).filter((run) => run.name === name);
    const chosen = attempts.at(options.previous === true ? -2 : -1);
    if (chosen === undefined) {
      const which = options.previous === true ? 'previous terminated ' : '';
      throw new RuntimeError('NotFound', `${which}container "${name}" not found`);
    }
    const isOver = async (): Promise<boolean> =>
      (await host.records.state(chosen.folder))?.finishedAt !== undefined ||
      (await host.records.readPod(uid)) === undefined;
    yield* readLog({ path: chosen.logPath, isOver, clock: host.clock }, options, signal);
  },
  async exec(uid, name, { command, tty }, streams, signal) {
    const { run, shim } = await running(host, uid, name);
    const [program, ...args] = command;
    const file = await allowedProgram(program ?? '', run.cwd, run.env['PATH'] ?? '', host.options);
    return (tty ? runInTerminal : runPlain)({ run, shim, command: [file, ...args], streams, signal });
  },
  async attach(uid, name, streams, signal) {
    await attach((await running(host, uid, name)).run, streams, signal);
  },
  async portForward(uid, port, connection, signal) {
    const pod = await host.records.describe(uid, host.clock.now());
    if (pod?.sandbox !== 'ready') {
      throw new RuntimeError('NotFound', `sandbox of pod ${uid} is not running`);
    }
    const within = await dialInto(host, pod);
    await forwardTcp({ host: '127.0.0.1', port }, connection, signal, within).catch((cause: unknown) => {
      throw new RuntimeError('Unavailable', (cause as Error).message, { cause });
    });
  },
});

/** undefined: it has the host's network. Whoever runs in its own network can get there. */
async function dialInto(host: ProcessHost, { uid, containers }: RuntimePod): Promise<Dial | undefined> {
  if ((await host.records.readPod(uid))?.network === undefined) {
    return undefined;
  }
  const up = containers.findLast(({ state }) => state.phase === 'running');
  if (up === undefined) {
    throw new RuntimeError('Unavailable', `no container of pod ${uid} is running`);
  }
  return dialOf((await running(host, uid, up.name)).run);
}

async function attach(run: ContainerRecord, streams: ProcessStreams, signal: AbortSignal): Promise<void> {
  const keeper = await reachKeeper(run);
  if (keeper === undefined) {
    throw new RuntimeError('NotFound', `container "${run.name}" is not running`);
  }
  const leave = (): void => void keeper.destroy();
  signal.addEventListener('abort', leave, { once: true });
  order(keeper, { op: 'attach' });
  const feed = async (): Promise<void> => {
    for await (const chunk of streams.stdin ?? []) {
      if (!order(keeper, { op: 'stdin', data: Buffer.from(chunk).toString('base64') })) {
        await once(keeper, 'drain', { signal });
      }
    }
    if (streams.stdin !== undefined && !run.tty) {
      order(keeper, { op: 'eof' });
    }
  };
  const resize = async (): Promise<void> => {
    for await (const { width, height } of streams.sizes) {
      order(keeper, { op: 'resize', width, height });
    }
  };
  feed().catch(() => undefined);
  resize().catch(() => undefined);
  const lines = createInterface({ input: keeper });
  // A connection that is torn down does not end its lines by itself.
  keeper.once('close', () => lines.close());
  try {
    for await (const line of lines) {
      const { stdout, stderr, exit } = JSON.parse(line) as Said;
      await (stdout === undefined ? undefined : streams.stdout(Buffer.from(stdout, 'base64')));
      await (stderr === undefined ? undefined : streams.stderr(Buffer.from(stderr, 'base64')));
      if (exit !== undefined) {
        return;
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
    keeper.destroy();
  }
}
