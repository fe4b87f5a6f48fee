/** What a program of a simulated container works with, and how one says that it failed. */
import { parseArgs } from 'node:util';
import type { Clock } from '../../../timing/clock.ts';
import type { TerminalSize } from '../../runtime.ts';
import { FileError } from '../files/file-system.ts';
import type { Files } from '../files/mounted-files.ts';
import type { Input } from './input.ts';

export type Sink = (chunk: Uint8Array) => Promise<void>;

export interface Io {
  readonly stdin: Input;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** What all programs of one container share. */
export interface Machine {
  readonly files: Files;
  readonly hostname: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
}

export interface Variables extends Iterable<readonly [string, string]> {
  get(name: string): string | undefined;
  /** Throws ProgramFailure where there is no room. */
  set(name: string, value: string): void;
  delete(name: string): void;
  copy(): Variables;
}

/** A shell's own, changed by `cd`, `export` and assignments. */
export interface ShellState {
  readonly variables: Variables;
  cwd: string;
  /** Of the last command. */
  code: number;
}

export interface Program extends Io {
  readonly name: string;
  readonly args: readonly string[];
  readonly machine: Machine;
  readonly state: ShellState;
  readonly size: () => TerminalSize | undefined;
  /** undefined: no terminal. */
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
  /** Runs another script in a shell of its own. */
  run(script: string, args: readonly string[], io?: Partial<Io>): Promise<number>;
  /** Runs the shell that reads its commands from stdin. */
  interact(): Promise<number>;
}
export type ProgramMain = (program: Program) => Promise<number> | number;

/** Printed as `name: message`; the program ends with this code. */
export class ProgramFailure extends Error {
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}
/** Nobody reads what is written: the program ends quietly, as by SIGPIPE. */
export class BrokenPipe extends Error {}
/** `exit`. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

/** `exit` ends the subshell that it stands in. */
export function exitCode(error: unknown): number {
  if (error instanceof Exit) {
    return error.code;
  }
  throw error;
}

export const print = (sink: Sink, text: string): Promise<void> => sink(Buffer.from(text));

/** Not made normal: where `..` leads is known only behind the links before it. No name stays none. */
export const pathFrom = (cwd: string, name: string): string =>
  name === '' || name.startsWith('/') ? name : inFolder(cwd, name);

export const pathOf = ({ state }: Program, name: string): string => pathFrom(state.cwd, name);

export const inFolder = (folder: string, entry: string): string =>
  folder.endsWith('/') ? folder + entry : `${folder}/${entry}`;

/** Puts the file's name before what is wrong with it. */
export function onFile<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof FileError ? new ProgramFailure(`${name}: ${error.message}`) : error;
  }
}

/** `-n 5` for letters in `values`, `-r` for those in `switches`; the rest are operands. */
export function readOptions(
  args: readonly string[],
  switches: string,
  values = '',
): {
  readonly has: (letter: string) => boolean;
  readonly value: (letter: string) => string | undefined;
  readonly operands: string[];
} {
  const option = (letter: string, type: 'boolean' | 'string') => [letter, { type, short: letter }] as const;
  const options = Object.fromEntries([
    ...[...switches].map((letter) => option(letter, 'boolean')),
    ...[...values].map((letter) => option(letter, 'string')),
  ]);
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    return {
      has: (letter) => parsed.values[letter] === true,
      value: (letter) => {
        const value = parsed.values[letter];
        return typeof value === 'string' ? value : undefined;
      },
      operands: parsed.positionals,
    };
  } catch (error) {
    throw new ProgramFailure(error instanceof Error ? (error.message.split('.')[0] ?? '') : String(error));
  }
}

export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new ProgramFailure(`invalid number '${text}'`);
  }
  return Number(text);
}
