/** Logs, exec, attach and port-forward of pods on the engine. */
import type { Duplex } from 'node:stream';
import type { ContainerInfo, Exec } from 'dockerode';
import { BytePipe } from '../../timing/byte-pipe.ts';
import { type LogOptions, type ProcessStreams, RuntimeError, type Streaming } from '../runtime.ts';
import { forwardTcp } from '../streaming/forward-port.ts';
import { asRuntimeError } from './call.ts';
import { attemptsOf, runningContainer } from './containers.ts';
import type { DockerHost } from './host.ts';
import { TTY } from './labels.ts';
import { refusalIn } from './podman.ts';
import { connectStreams, demultiplex } from './streams.ts';

type Write = ProcessStreams['stdout'];

const isTty = ({ Labels }: ContainerInfo): boolean => Labels[TTY] === 'true';

export function dockerStreaming(host: DockerHost): Streaming {
  const { docker, call, reader } = host;
  return {
    logs: (uid, name, options, signal) => logs(host, uid, name, options, signal),
    async exec(uid, name, { command, tty }, streams, signal) {
      const { Id } = runningContainer(await reader.parts(uid), name);
      const AttachStdin = streams.stdin !== undefined;
      const asked = { Cmd: [...command], AttachStdin, AttachStdout: true, AttachStderr: true, Tty: tty };
      const exec = await call(docker.getContainer(Id).exec(asked), 'RunContainer');
      const stream = await call(exec.start({ hijack: true, stdin: true, Tty: tty }), 'RunContainer');
      if (tty) {
        resize(exec, streams).catch(() => undefined);
      }
      let refusal: string | undefined;
      let hasBegun = false;
      const unlessRefused = (write: Write) => async (chunk: Uint8Array) => {
        refusal ??= hasBegun ? undefined : refusalIn(Buffer.from(chunk).toString());
        hasBegun = true;
        await (refusal === undefined ? write(chunk) : undefined);
      };
      const [stdout, stderr] = [streams.stdout, streams.stderr].map(unlessRefused) as [Write, Write];
      await connectStreams(stream, { tty, streams: { ...streams, stdout, stderr }, signal });
      if (refusal !== undefined) {
        throw new RuntimeError('RunContainer', refusal);
      }
      return exitCode(host, exec, command[0] ?? '');
    },
    async attach(uid, name, streams, signal) {
      const info = runningContainer(await reader.parts(uid), name);
      const container = docker.getContainer(info.Id);
      const options = { stream: true, hijack: true, stdin: streams.stdin !== undefined, stdout: true, stderr: true };
      const stream = (await call(container.attach(options))) as Duplex;
      if (isTty(info)) {
        resize(container, streams).catch(() => undefined);
      }
      await connectStreams(stream, { tty: isTty(info), streams, signal });
    },
    async portForward(uid, port, connection, signal) {
      const pod = await reader.pod(uid);
      if (pod === undefined || pod.sandbox !== 'ready') {
        throw new RuntimeError('NotFound', `sandbox of pod ${uid} is not running`);
      }
      // What listens on the pod's loopback only is not reached.
      const target = { host: pod.podIPs?.[0] ?? '127.0.0.1', port };
      await forwardTcp(target, connection, signal).catch((error: unknown) => {
        throw asRuntimeError(error);
      });
    },
  };
}

async function resize(
  target: { resize(size: { h: number; w: number }): Promise<unknown> },
  { sizes }: ProcessStreams,
): Promise<void> {
  for await (const { width, height } of sizes) {
    await target.resize({ h: height, w: width }).catch(() => undefined);
  }
}

async function exitCode({ call }: DockerHost, exec: Exec, command: string): Promise<number> {
  const { ExitCode, Running } = await call(exec.inspect());
  if (ExitCode === null || Running) {
    throw new RuntimeError('RunContainer', `command ${JSON.stringify(command)} was given up`);
  }
  return ExitCode;
}

async function* logs(
  { docker, call, reader }: DockerHost,
  uid: string,
  name: string,
  { follow = false, tailLines, sinceTime, timestamps = false, limitBytes, previous = false }: LogOptions,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const attempts = attemptsOf(await reader.parts(uid), name).filter(({ State }) => State !== 'created');
  const chosen = attempts.at(previous ? -2 : -1);
  if (chosen === undefined) {
    throw new RuntimeError('NotFound', `${previous ? 'previous terminated ' : ''}container "${name}" not found`);
  }
  const options = {
    ...{ stdout: true, stderr: true, timestamps, follow },
    ...(tailLines === undefined ? {} : { tail: tailLines }),
    ...(sinceTime === undefined ? {} : { since: Math.floor(sinceTime / 1_000) }),
  };
  const stream = await call(openLog(docker, chosen.Id, options));
  const pipe = new BytePipe();
  const abort = (): void => void stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  const write = async (chunk: Uint8Array): Promise<void> => void (await pipe.write(Uint8Array.from(chunk)));
  const reading = (isTty(chosen) ? pump(stream, write) : demultiplex(stream, { stdout: write, stderr: write }))
    .catch(() => undefined)
    .finally(() => pipe.end());
  try {
    let left = limitBytes ?? Number.POSITIVE_INFINITY;
    for await (const chunk of pipe) {
      yield chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= chunk.length;
      if (left <= 0) {
        return;
      }
    }
  } finally {
    signal.removeEventListener('abort', abort);
    stream.destroy();
    await reading;
  }
}

/** dockerode would read a log that is not followed as a whole into memory. */
const openLog = ({ modem }: DockerHost['docker'], id: string, options: object): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const statusCodes = { 200: true, 404: 'no such container', 500: 'server error' };
    modem.dial(
      { path: `/containers/${id}/logs?`, method: 'GET', isStream: true, statusCodes, options },
      (error: unknown, stream: unknown) => (error ? reject(error) : resolve(stream as Duplex)),
    );
  });

async function pump(stream: AsyncIterable<Buffer>, write: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  for await (const chunk of stream) {
    await write(chunk);
  }
}
