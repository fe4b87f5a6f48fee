/** Probes and hooks: commands beside the program, the others over the host's loopback. */
import { probeNetwork } from '../probing/probe-network.ts';
import { timedOut } from '../probing/probe-words.ts';
import type { Handlers } from '../runtime.ts';
import { runningRun } from './containers.ts';
import { runPlain } from './exec.ts';
import type { ProcessHost } from './host.ts';
import { allowedProgram } from './policy.ts';

const MAX_OUTPUT_BYTES = 10 * 1_024;

export const processHandlers = (host: ProcessHost): Handlers => ({
  async run(call, signal) {
    const run = await runningRun(host, call.podUid, call.container);
    const probed = probeNetwork(call, signal);
    if (probed !== undefined) {
      return probed;
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    const keep = async (chunk: Uint8Array): Promise<void> => {
      if (size < MAX_OUTPUT_BYTES) {
        chunks.push(Uint8Array.from(chunk));
      }
      size += chunk.length;
    };
    const late = AbortSignal.timeout(call.timeoutMs);
    const [program = '', ...args] = call.action.kind === 'exec' ? call.action.command : [];
    const file = await allowedProgram(program, run.cwd, run.env['PATH'] ?? '', host.options);
    const streams = { stdin: undefined, stdout: keep, stderr: keep, sizes: none() };
    const state = await host.records.state(run.folder);
    const exitCode = await runPlain(run, state, [file, ...args], streams, AbortSignal.any([signal, late]));
    if (late.aborted) {
      return { success: false, output: timedOut(call.action, call.timeoutMs) };
    }
    const output = Buffer.concat(chunks).subarray(0, MAX_OUTPUT_BYTES).toString();
    return exitCode === 0 ? { success: true, output } : { success: false, output, exitCode };
  },
});

async function* none(): AsyncIterable<never> {
  // A probe has no terminal.
}
