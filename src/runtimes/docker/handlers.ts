/** Probes and hooks: commands by the engine's exec, the others over the network. */
import { LinkedController } from '../../timing/linked-controller.ts';
import { commandResult, unattended } from '../probing/command-result.ts';
import { probeNetwork } from '../probing/probe-network.ts';
import { timedOut } from '../probing/probe-words.ts';
import type { HandlerCall, HandlerResult, Handlers } from '../runtime.ts';
import { runningContainer } from './containers.ts';
import type { DockerHost } from './host.ts';
import { connectStreams } from './streams.ts';

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
  const { streams, chunks } = unattended();
  const late = AbortSignal.timeout(timeoutMs);
  const ended = new LinkedController(signal, late);
  await connectStreams(stream, { tty: false, streams, signal: ended.signal }).finally(() => ended.release());
  const { ExitCode: exitCode, Running } = await call(exec.inspect());
  if (Running || exitCode === null) {
    return { success: false, output: timedOut(action, timeoutMs) };
  }
  return commandResult(exitCode, chunks);
}
