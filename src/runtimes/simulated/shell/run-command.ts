/** A command that nobody watches: no input, no terminal. As the kubelet runs one for a probe or a hook. */
import { noInput } from './input.ts';
import { Exit, type Machine, type ProgramMain, type Sink } from './program.ts';
import { findProgram } from './programs/index.ts';
import { newState } from './session.ts';
import { Shell } from './shell.ts';

/** The kubelet reads no more of a probe's output. Source: pkg/probe/exec maxReadLength. */
const MAX_OUTPUT_BYTES = 10 * 1024;

/** Images are not simulated: a program that the shell lacks is taken for the image's own, and for a success. */
const programOfTheImage: ProgramMain = () => 0;

/** Exit code, and stdout and stderr as they came. Rejects when the signal aborts. */
export async function runCommand(
  command: readonly string[],
  machine: Machine,
  signal: AbortSignal,
): Promise<{ code: number; output: string }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const sink: Sink = async (chunk) => {
    const room = MAX_OUTPUT_BYTES - bytes;
    if (room > 0) {
      chunks.push(chunk.subarray(0, room));
      bytes += Math.min(room, chunk.length);
    }
  };
  const find = (name: string): ProgramMain => findProgram(name) ?? programOfTheImage;
  const host = { machine, find, size: () => undefined, isTerminal: false, interact: async () => 0 };
  const io = { stdin: noInput, stdout: sink, stderr: sink };
  const shell = new Shell(host, newState(machine, false));
  try {
    const code = await shell.execute(find(command[0] ?? ''), command, io, signal);
    return { code, output: Buffer.concat(chunks).toString() };
  } catch (error) {
    if (error instanceof Exit) {
      return { code: error.code, output: Buffer.concat(chunks).toString() };
    }
    throw error;
  }
}
