/** Programs of a simulated container, run to their end, and what they say. */

import type { TerminalSize } from '../../src/runtimes/runtime.ts';
import { FileSystem } from '../../src/runtimes/simulated/files/file-system.ts';
import { writeImageFiles } from '../../src/runtimes/simulated/files/image-files.ts';
import { MountedFiles } from '../../src/runtimes/simulated/files/mounted-files.ts';
import type { Machine } from '../../src/runtimes/simulated/shell/program.ts';
import { startSession } from '../../src/runtimes/simulated/shell/session.ts';
import { BytePipe } from '../../src/timing/byte-pipe.ts';
import { systemClock } from '../../src/timing/clock.ts';

export async function* noSizes(): AsyncGenerator<TerminalSize> {
  yield* [];
}

export function newMachine(): Machine {
  const newFiles = () => new FileSystem({ maxBytes: 1_000_000, shared: { bytes: 1_000_000 }, now: () => 0 });
  const base = newFiles();
  writeImageFiles(base, { hostname: 'p', ip: '10.0.0.1', image: 'busybox' });
  const files = new MountedFiles(base, [{ path: '/volume', files: newFiles(), subPath: '', readOnly: false }]);
  return { files, hostname: 'p', clock: systemClock, env: { COLOUR: 'blue' }, workingDir: '/' };
}

export async function run(
  command: readonly string[],
  { input, machine = newMachine() }: { input?: string | Uint8Array; machine?: Machine } = {},
) {
  const [stdout, stderr]: [Uint8Array[], Uint8Array[]] = [[], []];
  const stdin = input === undefined ? undefined : new BytePipe(1e9);
  await stdin?.write(Buffer.from(input ?? ''));
  stdin?.end();
  const streams = {
    stdin,
    stdout: async (chunk: Uint8Array) => void stdout.push(chunk),
    stderr: async (chunk: Uint8Array) => void stderr.push(chunk),
    sizes: noSizes(),
  };
  const code = await startSession({ command, tty: false, machine }, streams, new AbortController().signal);
  return {
    code,
    out: Buffer.concat(stdout).toString(),
    bytes: Buffer.concat(stdout),
    err: Buffer.concat(stderr).toString(),
  };
}
export const sh = (script: string, more: Parameters<typeof run>[1] = {}) => run(['sh', '-c', script], more);
