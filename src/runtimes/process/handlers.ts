/** Probes and hooks: commands beside the program, the others over the host's loopback, or within the pod's own network. */
import { LinkedController } from '../../timing/linked-controller.ts';
import { commandResult, unattended } from '../probing/command-result.ts';
import { probeNetwork } from '../probing/probe-network.ts';
import { timedOut } from '../probing/probe-words.ts';
import type { Handlers } from '../runtime.ts';
import { running } from './containers.ts';
import { dialOf } from './dial.ts';
import { runPlain } from './exec.ts';
import type { ProcessHost } from './host.ts';
import { allowedProgram } from './policy.ts';

export const processHandlers = (host: ProcessHost): Handlers => ({
  async run(call, signal) {
    const { run, shim } = await running(host, call.podUid, call.container);
    const probed = probeNetwork(call, signal, dialOf(run));
    if (probed !== undefined) {
      return probed;
    }
    const { streams, chunks } = unattended();
    const late = AbortSignal.timeout(call.timeoutMs);
    const [program = '', ...args] = call.action.kind === 'exec' ? call.action.command : [];
    const file = await allowedProgram(program, run.cwd, run.env['PATH'] ?? '', host.options);
    const ended = new LinkedController(signal, late);
    const exitCode = await runPlain({
      ...{ run, shim, streams, command: [file, ...args] },
      signal: ended.signal,
    }).finally(() => ended.release());
    if (late.aborted) {
      return { success: false, output: timedOut(call.action, call.timeoutMs) };
    }
    return commandResult(exitCode, chunks);
  },
});
