/**
 * shell/: a small deterministic shell, so that exec, cp and debug do something true in containers that run no code.
 * Its programs are functions over the container's files; nothing of the host is reachable: no process, file or socket.
 * May import timing and runtime.ts. A busy loop takes a small share of one core and ends with its client.
 */
import { posix } from 'node:path';
import { BytePipe } from '../../../timing/byte-pipe.ts';
import type { TerminalSize } from '../../runtime.ts';
import { FileError } from '../files/file-system.ts';
import { assign } from './assign.ts';
import { Effort } from './effort.ts';
import { type Expansion, expandToFields, expandToText, unlessTooMany } from './expand.ts';
import { type Input, readAll } from './input.ts';
import { parse } from './parse.ts';
import { intoPipe, PipeInput } from './pipes.ts';
import {
  BrokenPipe,
  Exit,
  exitCode,
  type Io,
  type Machine,
  type Program,
  ProgramFailure,
  type ProgramMain,
  print,
  type ShellState,
} from './program.ts';
import { redirect } from './redirect.ts';
import { type Command, type Pipeline, type Script, type SimpleCommand, SyntaxFault } from './syntax.ts';
import { paced, Turns } from './turns.ts';

export const NOT_FOUND = 127;
const MAX_NESTING = 20;

export interface ShellHost {
  readonly machine: Machine;
  readonly find: (name: string) => ProgramMain | undefined;
  readonly size: () => TerminalSize | undefined;
  readonly isTerminal: boolean;
  readonly interact: (shell: Shell, io: Io) => Promise<number>;
}

export class Shell {
  readonly #host: ShellHost;
  readonly #depth: number;
  readonly #turns: Turns;
  readonly state: ShellState;

  constructor(host: ShellHost, state: ShellState, depth = 0) {
    this.#host = host;
    this.state = state;
    this.#depth = depth;
    this.#turns = new Turns(host.machine.clock);
  }

  /** Runs the text; `exit` and syntax errors end it. Rejects when the signal aborts. */
  async run(text: string, io: Io, signal: AbortSignal): Promise<number> {
    try {
      return await this.#script(parse(text), io, signal);
    } catch (error) {
      if (error instanceof Exit) {
        return error.code;
      }
      if (error instanceof SyntaxFault) {
        await print(io.stderr, `sh: ${error.message}\n`);
        this.state.code = 2;
        return 2;
      }
      throw error;
    }
  }

  /** One line of a shell that goes on: `exit` is the caller's to see. */
  async step(line: string, io: Io, signal: AbortSignal): Promise<void> {
    try {
      this.state.code = await this.#script(parse(line), io, signal);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) {
        throw error;
      }
      await print(io.stderr, `sh: ${error.message}\n`);
      this.state.code = 2;
    }
  }

  /** A program by its name and arguments, without a shell's syntax. */
  async execute(main: ProgramMain, argv: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
    const [name = '', ...args] = argv;
    const { machine, size, isTerminal, interact } = this.#host;
    const program: Program = {
      ...io,
      stdout: paced(io.stdout, signal),
      ...{ name, args, machine, size, isTerminal, signal, state: this.state },
      run: (script, more, other) => this.#child(more).run(script, { ...io, ...other }, signal),
      interact: () => interact(this.#child(), io),
    };
    try {
      return await main(program);
    } catch (error) {
      if (error instanceof BrokenPipe) {
        return 128 + 13;
      }
      if (error instanceof ProgramFailure || error instanceof FileError) {
        await print(io.stderr, `${posix.basename(name)}: ${error.message}\n`);
        return error instanceof ProgramFailure ? error.code : 1;
      }
      throw error;
    }
  }

  #child(args: readonly string[] = []): Shell {
    if (this.#depth >= MAX_NESTING) {
      throw new ProgramFailure('nested too deeply');
    }
    const variables = this.state.variables.copy();
    for (const [index, value] of args.entries()) {
      variables.set(String(index), value);
    }
    return new Shell(this.#host, { ...this.state, variables }, this.#depth + 1);
  }

  async #script(script: Script, io: Io, signal: AbortSignal): Promise<number> {
    for (const { after, pipeline } of script) {
      const { code } = this.state;
      if (after === 'any' || (after === 'success') === (code === 0)) {
        this.state.code = await this.#pipeline(pipeline, io, signal);
      }
    }
    return this.state.code;
  }

  async #pipeline({ negated, commands }: Pipeline, io: Io, signal: AbortSignal): Promise<number> {
    const [only] = commands;
    const code =
      commands.length === 1 && only !== undefined
        ? await this.#command(only, io, signal)
        : await this.#piped(commands, io, signal);
    return negated ? Number(code === 0) : code;
  }

  async #piped(commands: readonly Command[], io: Io, signal: AbortSignal): Promise<number> {
    let stdin: Input = io.stdin;
    const running: Promise<number>[] = [];
    for (const [index, command] of commands.entries()) {
      const isLast = index === commands.length - 1;
      const pipe = new BytePipe();
      const previous = index === 0 ? undefined : (stdin as PipeInput);
      const stdout = isLast ? io.stdout : intoPipe(pipe);
      const shell = this.#child();
      running.push(
        shell
          .#command(command, { ...io, stdin, stdout }, signal)
          .catch(exitCode)
          .finally(() => {
            pipe.end();
            previous?.pipe.abandon();
          }),
      );
      stdin = new PipeInput(pipe);
    }
    const codes = await Promise.all(running);
    return codes.at(-1) ?? 0;
  }

  #command(command: Command, io: Io, signal: AbortSignal): Promise<number> {
    return this.#compound(command, io, signal).catch(unlessTooMany(io));
  }

  async #compound(command: Command, io: Io, signal: AbortSignal): Promise<number> {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, io, signal);
      case 'group':
        return this.#child().#script(command.body, io, signal).catch(exitCode);
      case 'if':
        for (const { test, body } of command.branches) {
          if ((await this.#script(test, io, signal)) === 0) {
            return this.#script(body, io, signal);
          }
        }
        this.state.code = 0;
        return this.#script(command.otherwise, io, signal);
      case 'while': {
        let code = 0;
        while (((await this.#script(command.test, io, signal)) === 0) !== command.until) {
          code = await this.#script(command.body, io, signal);
        }
        return code;
      }
      case 'for': {
        let code = 0;
        for (const value of await expandToFields(command.words, this.#expansion(io, signal))) {
          this.state.variables.set(command.name, value);
          code = await this.#script(command.body, io, signal);
        }
        return code;
      }
    }
  }

  async #simple(command: SimpleCommand, io: Io, signal: AbortSignal): Promise<number> {
    await this.#turns.take(signal);
    const expansion = this.#expansion(io, signal);
    const argv = await expandToFields(command.words, expansion);
    const values = new Map<string, string>();
    for (const { name, value } of command.assignments) {
      values.set(name, await expandToText(value, expansion));
    }
    const [name] = argv;
    const undo = assign(this.state.variables, values);
    try {
      const redirected = await redirect(command.redirects, io, expansion);
      const main = name === undefined ? () => 0 : this.#host.find(name);
      if (main === undefined) {
        await print(redirected.stderr, `sh: ${name}: not found\n`);
        return NOT_FOUND;
      }
      return await this.execute(main, argv, redirected, signal);
    } catch (error) {
      if (error instanceof ProgramFailure) {
        await print(io.stderr, `sh: ${error.message}\n`);
        return 1;
      }
      throw error;
    } finally {
      // What stands before a command holds for it alone.
      if (name !== undefined) {
        undo();
      }
    }
  }

  #expansion(io: Io, signal: AbortSignal): Expansion {
    return {
      place: { files: this.#host.machine.files, cwd: this.state.cwd },
      effort: new Effort(signal),
      variable: (name) =>
        name === '?' ? String(this.state.code) : name === '$' ? '1' : this.state.variables.get(name),
      substitute: async (source) => {
        const pipe = new BytePipe();
        const output = readAll(new PipeInput(pipe));
        await this.#child()
          .run(source, { ...io, stdout: intoPipe(pipe) }, signal)
          .finally(() => pipe.end());
        return (await output).toString().replace(/\n+$/, '');
      },
    };
  }
}
