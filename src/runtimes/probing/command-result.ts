/** What a probe's or hook's command came to, of which no more is kept than the kubelet shows. */
import type { HandlerResult, ProcessStreams } from '../runtime.ts';

/** Source: pkg/probe/exec, maxReadLength. */
const MAX_OUTPUT_BYTES = 10 * 1_024;

export function commandResult(exitCode: number, chunks: readonly Uint8Array[]): HandlerResult {
  const output = Buffer.concat(chunks).subarray(0, MAX_OUTPUT_BYTES).toString();
  return exitCode === 0 ? { success: true, output } : { success: false, output, exitCode };
}

async function* none(): AsyncIterable<never> {
  // A probe has no terminal.
}

/** Streams of a command that nobody attends; `chunks` fill with what it prints. */
export function unattended(): { readonly streams: ProcessStreams; readonly chunks: readonly Uint8Array[] } {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const keep = async (chunk: Uint8Array): Promise<void> => {
    if (size < MAX_OUTPUT_BYTES) {
      chunks.push(Uint8Array.from(chunk));
    }
    size += chunk.length;
  };
  return { streams: { stdin: undefined, stdout: keep, stderr: keep, sizes: none() }, chunks };
}
