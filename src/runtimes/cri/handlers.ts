/** Probes and hooks: commands by ExecSync in the container, the others over the network. */
import { status } from '@grpc/grpc-js';
import { commandResult } from '../probing/command-result.ts';
import { probeNetwork } from '../probing/probe-network.ts';
import { timedOut } from '../probing/probe-words.ts';
import { type HandlerCall, type HandlerResult, type Handlers, RuntimeError } from '../runtime.ts';
import { runningContainer } from './containers.ts';
import type { CriHost } from './host.ts';

/** Beyond the command's own time, in which the runtime is to answer that it is over. */
const SLACK_MS = 10_000;
/** What CRI-O answers of a command that took too long. */
const CRIO_TIMED_OUT = -1;

export const criHandlers = (host: CriHost): Handlers => ({
  run: async (call, signal) => {
    const parts = await host.reader.parts(call.podUid);
    const container = runningContainer(parts, call.container);
    if (container === undefined) {
      throw new RuntimeError('NotFound', `container "${call.container}" is not running`);
    }
    return probeNetwork(call, signal) ?? execute(host, call, container.id);
  },
});

async function execute({ client }: CriHost, { action, timeoutMs }: HandlerCall, id: string): Promise<HandlerResult> {
  const cmd = action.kind === 'exec' ? action.command : [];
  const late = { success: false, output: timedOut(action, timeoutMs) };
  try {
    const {
      stdout,
      stderr,
      exit_code: exitCode,
    } = await client.call(
      'ExecSync',
      { container_id: id, cmd, timeout: Math.ceil(timeoutMs / 1_000) },
      { deadlineMs: timeoutMs + SLACK_MS },
    );
    if (exitCode === CRIO_TIMED_OUT) {
      return late;
    }
    return commandResult(exitCode, [stdout, stderr]);
  } catch (error) {
    if (error instanceof RuntimeError && codeOf(error) === status.DEADLINE_EXCEEDED) {
      return late;
    }
    // A command that cannot be started has failed: the image may lack it.
    if (error instanceof RuntimeError && error.code !== 'NotFound' && codeOf(error) === status.UNKNOWN) {
      return { success: false, output: error.message };
    }
    throw error;
  }
}

const codeOf = ({ cause }: RuntimeError): number | undefined => (cause as { code?: number } | undefined)?.code;
