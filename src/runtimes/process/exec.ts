/** A command beside a container's program: the same user, environment, cgroups and namespaces. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { type ProcessStreams, RuntimeError } from '../runtime.ts';
import { enterNetwork } from './network.ts';
import { childOf } from './proc.ts';
import type { ContainerRecord, ShimState } from './records.ts';
import { wrapProgram } from './wrap.ts';

export interface ExecCall {
  readonly run: ContainerRecord;
  readonly shim: ShimState;
  readonly command: readonly string[];
  readonly streams: ProcessStreams;
  readonly signal: AbortSignal;
}

function wrapped({ run, shim, command }: ExecCall) {
  const [file = '', ...args] = command;
  const inside = run.isolated && shim.pid !== undefined ? childOf(shim.pid) : undefined;
  const namespaces = inside === undefined ? [] : ['nsenter', '-t', String(inside), '-m', '-u', '-i', '-p', '--'];
  const { cwd, env, user, group } = run;
  const enter = [...enterNetwork(run.network), ...namespaces];
  const around = { cgroups: run.cgroups, maxOpenFiles: 0, noNewPrivileges: false, enter };
  return wrapProgram({ file, args, cwd, env, user, group }, around);
}

async function pump(from: Readable, write: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  for await (const chunk of from) {
    await write(chunk as Buffer);
  }
}

/** The exit code; killed when the signal aborts. */
export async function runPlain(call: ExecCall): Promise<number> {
  const { run, streams, signal } = call;
  const { file, args } = wrapped(call);
  const child = spawn(file, args, { cwd: run.cwd, env: run.env, detached: true, stdio: 'pipe' });
  const kill = (): void => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  signal.addEventListener('abort', kill, { once: true });
  child.stdin.on('error', () => undefined);
  const feed = async (): Promise<void> => {
    for await (const chunk of streams.stdin ?? []) {
      child.stdin.write(chunk);
    }
    child.stdin.end();
  };
  feed().catch(() => child.stdin.destroy());
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(new RuntimeError('RunContainer', cause.message, { cause })));
    child.once('close', (code, name) => resolve(code ?? 128 + (name === null ? 0 : constants.signals[name])));
  });
  await Promise.all([pump(child.stdout, streams.stdout), pump(child.stderr, streams.stderr)]).catch(() => undefined);
  signal.removeEventListener('abort', kill);
  return ended;
}

/** With a terminal. Throws RuntimeError where the package for it is not installed. */
export async function runInTerminal(call: ExecCall): Promise<number> {
  const { run, streams, signal } = call;
  const { default: pty } = await import('@lydell/node-pty').catch((cause: unknown) => {
    throw new RuntimeError('Unsupported', 'a terminal needs the package @lydell/node-pty on this node', { cause });
  });
  const { file, args } = wrapped(call);
  const terminal = pty.spawn(file, args, { cwd: run.cwd, env: { ...run.env }, encoding: null, name: 'xterm' });
  const kill = (): void => terminal.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  // Its types take text alone; a character may be in two chunks.
  const decoder = new TextDecoder();
  let writing = Promise.resolve();
  terminal.onData((chunk: string | Buffer) => {
    writing = writing.then(() => streams.stdout(Buffer.from(chunk as string)));
  });
  const feed = async (): Promise<void> => {
    for await (const chunk of streams.stdin ?? []) {
      terminal.write(decoder.decode(chunk, { stream: true }));
    }
  };
  const resize = async (): Promise<void> => {
    for await (const { width, height } of streams.sizes) {
      terminal.resize(width, height);
    }
  };
  feed().catch(() => undefined);
  resize().catch(() => undefined);
  const code = await new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode, signal: number = 0 }) => resolve(number === 0 ? exitCode : 128 + number));
  });
  signal.removeEventListener('abort', kill);
  await writing;
  return code;
}
