/** What clients can do with simulated containers: read logs, run commands, attach, connect to ports. */
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import type { ProfileSource } from '../profile-source.ts';
import { type ExecOptions, type ProcessStreams, RuntimeError, type Streaming } from '../runtime.ts';
import type { Containers, Running } from './containers.ts';
import { streamLogs } from './logs.ts';
import { type PodRecord, withEnd } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { answerConnection } from './ports.ts';
import { findProgram } from './shell/programs/index.ts';
import { startSession } from './shell/session.ts';

/** In containerd's words. */
function cannotStart(name: string): RuntimeError {
  const why = name.includes('/')
    ? `exec: ${JSON.stringify(name)}: stat ${name}: no such file or directory`
    : `exec: ${JSON.stringify(name)}: executable file not found in $PATH`;
  const runc = `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
  return new RuntimeError('RunContainer', `failed to exec in container: failed to start exec: ${runc}`);
}

interface StreamingOptions {
  readonly records: PodRecords;
  readonly containers: Containers;
  readonly profiles: ProfileSource;
  readonly clock: Clock;
}

export function simulatedStreaming({ records, containers, profiles, clock }: StreamingOptions): Streaming {
  const find = async (uid: string, container: string): Promise<Running> => {
    const running = await containers.running(uid, container);
    if (running === undefined) {
      throw new RuntimeError('NotFound', `container "${container}" is not running`);
    }
    return running;
  };
  const source = (uid: string) => ({ read: () => records.read(uid), profiles, clock });
  return {
    logs: (uid, container, options, signal) => streamLogs(source(uid), container, options, signal),
    exec: async (uid, container, options, streams, signal) =>
      exec(containers, await find(uid, container), options, streams, signal),
    async attach(uid, container, streams, signal) {
      const running = await find(uid, container);
      const { stdin, tty = false, argv = tty ? ['sh'] : ['cat'] } = running.attempt.program ?? {};
      if (stdin === undefined || streams.stdin === undefined) {
        const since = { follow: true, sinceTime: clock.now() };
        for await (const chunk of streamLogs(source(uid), container, since, signal)) {
          await streams.stdout(chunk);
        }
        return;
      }
      const command = findProgram(argv[0] ?? '') === undefined ? ['cat'] : argv;
      const code = await exec(containers, running, { command, tty }, streams, signal);
      const end = (record: PodRecord | undefined) => ({
        record: record === undefined ? undefined : withEnd(record, running.attempt, clock.now(), code),
        answer: undefined,
      });
      await records.update(uid, end);
    },
    portForward: async (uid, port, connection, signal) =>
      answerConnection(await records.read(uid), port, clock.now(), connection, signal),
  };
}

/** While it runs, the container's files follow the objects that they come from. */
async function exec(
  containers: Containers,
  running: Running,
  { command, tty }: ExecOptions,
  streams: ProcessStreams,
  signal: AbortSignal,
): Promise<number> {
  const session = startSession({ command, tty, machine: running.machine }, streams, signal);
  if (session === undefined) {
    throw cannotStart(command[0] ?? '');
  }
  const over = new LinkedController(signal);
  const following = containers.follow(running, over.signal);
  try {
    return await session;
  } finally {
    over.abort();
    await following;
  }
}
