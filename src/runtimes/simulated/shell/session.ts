/** One process in a container, from its streams to its exit code: with or without a terminal, interactive or not. */
import { LinkedController } from '../../../timing/linked-controller.ts';
import { unlessAborted } from '../../../timing/unless-aborted.ts';
import type { ProcessStreams, TerminalSize } from '../../runtime.ts';
import { type Input, noInput, StreamInput } from './input.ts';
import { Exit, type Io, type Machine, print, type ShellState } from './program.ts';
import { findProgram } from './programs/index.ts';
import { Shell, type ShellHost } from './shell.ts';
import { Terminal, withReturns } from './terminal.ts';
import { BoundedVariables } from './variables.ts';

const PROMPT = '# ';
const INTERRUPTED = 128 + 2;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function newState({ env, hostname, workingDir }: Machine, tty: boolean): ShellState {
  const base = { PATH, HOSTNAME: hostname, HOME: '/root', ...(tty ? { TERM: 'xterm' } : {}) };
  return { variables: new BoundedVariables(Object.entries({ ...base, ...env })), cwd: workingDir, code: 0 };
}

/** The latest size that the client told. */
function watchSize(sizes: AsyncIterable<TerminalSize>, signal: AbortSignal): () => TerminalSize | undefined {
  let latest: TerminalSize | undefined;
  const follow = async (): Promise<void> => {
    for await (const size of sizes) {
      latest = size;
      if (signal.aborted) {
        return;
      }
    }
  };
  // Without a client there are no sizes any more.
  follow().catch(() => undefined);
  return () => latest;
}

/** Commands one after another until the end of the input or `exit`. */
async function interact(shell: Shell, io: Io, signal: AbortSignal): Promise<number> {
  const terminal = io.stdin instanceof Terminal ? io.stdin : undefined;
  for (;;) {
    await (terminal === undefined ? undefined : print(io.stderr, PROMPT));
    const foreground = new LinkedController(signal);
    let wasInterrupted = false;
    if (terminal !== undefined) {
      terminal.interrupted = () => {
        wasInterrupted = true;
        foreground.abort();
        terminal.release();
      };
    }
    const line = await io.stdin.line();
    if (line === undefined && !wasInterrupted) {
      foreground.release();
      return shell.state.code;
    }
    try {
      await shell.step(line ?? '', io, foreground.signal);
    } catch (error) {
      if (error instanceof Exit) {
        return error.code;
      }
      if (signal.aborted || !foreground.signal.aborted) {
        throw error;
      }
      shell.state.code = INTERRUPTED;
    } finally {
      foreground.release();
    }
  }
}

export interface SessionOptions {
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly machine: Machine;
}

/** undefined: there is no such program. Rejects when the signal aborts. */
export function startSession(
  { command, tty, machine }: SessionOptions,
  streams: ProcessStreams,
  signal: AbortSignal,
): Promise<number> | undefined {
  const [name = ''] = command;
  const main = findProgram(name);
  if (main === undefined) {
    return undefined;
  }
  const ended = new LinkedController(signal);
  const life = ended.signal;
  const terminal =
    tty && streams.stdin !== undefined ? new Terminal(streams.stdin, (chunk) => streams.stdout(chunk)) : undefined;
  const plainInput = streams.stdin === undefined ? noInput : new StreamInput(streams.stdin);
  const stdin: Input = terminal ?? plainInput;
  const toTerminal = terminal?.write ?? ((chunk: Uint8Array) => streams.stdout(withReturns(chunk)));
  const io: Io = tty
    ? { stdin, stdout: toTerminal, stderr: toTerminal }
    : { stdin, stdout: (chunk) => streams.stdout(chunk), stderr: (chunk) => streams.stderr(chunk) };
  const host: ShellHost = {
    ...{ machine, find: findProgram, isTerminal: tty },
    size: watchSize(streams.sizes, life),
    interact: (shell, shellIo) => interact(shell, shellIo, life),
  };
  if (terminal !== undefined) {
    // A program that no shell started: ^C ends it.
    terminal.interrupted = () => ended.abort();
  }
  return runToEnd(new Shell(host, newState(machine, tty)).execute(main, command, io, life), ended, signal);
}

async function runToEnd(running: Promise<number>, ended: LinkedController, signal: AbortSignal): Promise<number> {
  try {
    return await unlessAborted(running, ended.signal);
  } catch (error) {
    if (error instanceof Exit) {
      return error.code;
    }
    if (ended.signal.aborted && !signal.aborted) {
      return INTERRUPTED;
    }
    throw error;
  } finally {
    ended.abort();
  }
}
