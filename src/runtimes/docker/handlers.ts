/** Probes and hooks: commands by the engine's exec, the others over the network. */
import { probeNetwork } from '../probing/probe-network.ts';
import { timedOut } from '../probing/probe-words.ts';
import type { HandlerCall, HandlerResult, Handlers } from '../runtime.ts';
import { runningContainer } from './containers.ts';
import type { DockerHost } from './host.ts';
import { connectStreams } from './streams.ts';

const MAX_OUTPUT_BYTES = 10 * 1_024;

export const dockerHandlers = (host: DockerHost): Handlers => ({
  run: async (call, signal) => {
    const { Id } = runningContainer(await host.reader.parts(call.podUid), call.container);
    return probeNetwork(call, signal) ?? execute(host, Id, call, signal);
  },
});

async function execute(
  { docker, call }: DockerHost,
  id: string,
  { action, timeoutMs }: HandlerCall,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const Cmd = action.kind === 'exec' ? [...action.command] : [];
  const exec = await call(docker.getContainer(id).exec({ Cmd, AttachStdout: true, AttachStderr: true }));
  const stream = await call(exec.start({ hijack: true, stdin: false }));
  const chunks: Uint8Array[] = [];
  let size = 0;
  const keep = async (chunk: Uint8Array): Promise<void> => {
    size += chunk.length;
    if (size - chunk.length < MAX_OUTPUT_BYTES) {
      chunks.push(Uint8Array.from(chunk));
    }
  };
  const late = AbortSignal.timeout(timeoutMs);
  const streams = { stdin: undefined, stdout: keep, stderr: keep, sizes: none() };
  await connectStreams(stream, { tty: false, streams, signal: AbortSignal.any([signal, late]) });
  const { ExitCode: exitCode, Running } = await call(exec.inspect());
  if (Running || exitCode === null) {
    return { success: false, output: timedOut(action, timeoutMs) };
  }
  const output = Buffer.concat(chunks).subarray(0, MAX_OUTPUT_BYTES).toString();
  return exitCode === 0 ? { success: true, output } : { success: false, output, exitCode };
}

async function* none(): AsyncIterable<never> {
  // A probe has no terminal.
}
