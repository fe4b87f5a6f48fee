/** What changes or asks the shell itself. */
import { posix } from 'node:path';
import type { FileSystemNode } from '../../files/file-node.ts';
import { Exit, type Program, ProgramFailure, type ProgramMain, pathOf, print } from '../program.ts';

const UNARY: Readonly<Record<string, (text: string, node: FileSystemNode | undefined) => boolean>> = {
  '-d': (_, node) => node?.kind === 'directory',
  '-e': (_, node) => node !== undefined,
  '-f': (_, node) => node?.kind === 'file',
  '-h': (_, node) => node?.kind === 'symlink',
  '-L': (_, node) => node?.kind === 'symlink',
  '-r': (_, node) => node !== undefined,
  '-s': (_, node) => node?.kind === 'file' && node.size > 0,
  '-w': (_, node) => node !== undefined,
  '-x': (_, node) => node !== undefined && (node.mode & 0o111) !== 0,
  '-n': (text) => text !== '',
  '-z': (text) => text === '',
};
const BINARY: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '-eq': (a, b) => Number(a) === Number(b),
  '-ne': (a, b) => Number(a) !== Number(b),
  '-lt': (a, b) => Number(a) < Number(b),
  '-le': (a, b) => Number(a) <= Number(b),
  '-gt': (a, b) => Number(a) > Number(b),
  '-ge': (a, b) => Number(a) >= Number(b),
};

function evaluate(program: Program, words: readonly string[]): boolean {
  const [first = '', second = '', third = ''] = words;
  if (first === '!' && words.length > 1) {
    return !evaluate(program, words.slice(1));
  }
  if (words.length <= 1) {
    return first !== '';
  }
  if (words.length === 2 && Object.hasOwn(UNARY, first)) {
    const { files } = program.machine;
    const path = pathOf(program, second);
    return UNARY[first]?.(second, /^-[hL]$/.test(first) ? files.lookUp(path) : files.find(path)) ?? false;
  }
  if (words.length === 3 && Object.hasOwn(BINARY, second)) {
    return BINARY[second]?.(first, third) ?? false;
  }
  throw new ProgramFailure(`${words.join(' ')}: unknown operand`, 2);
}

const test: ProgramMain = (program) => Number(!evaluate(program, program.args));

const bracket: ProgramMain = (program) => {
  if (program.args.at(-1) !== ']') {
    throw new ProgramFailure('missing ]', 2);
  }
  return Number(!evaluate(program, program.args.slice(0, -1)));
};

const change: ProgramMain = (program) => {
  const { state, machine } = program;
  const [to = state.variables.get('HOME') ?? '/'] = program.args;
  // POSIX: `cd` takes `..` from the text of where it is, not from where links led.
  const path = posix.resolve('/', state.cwd, to);
  const node = machine.files.find(path);
  if (node?.kind !== 'directory') {
    throw new ProgramFailure(
      `can't cd to ${to}: ${node === undefined ? 'No such file or directory' : 'Not a directory'}`,
      2,
    );
  }
  state.cwd = path;
  return 0;
};

const exportVariables: ProgramMain = ({ args, state }) => {
  for (const text of args) {
    const [, name, value] = /^(\w+)=([\s\S]*)$/.exec(text) ?? [];
    if (name !== undefined && value !== undefined) {
      state.variables.set(name, value);
    }
  }
  return 0;
};

/** `sh -c text [name args…]`, `sh file`, or a shell that reads its commands. */
const sh: ProgramMain = async (program) => {
  const [option, text, ...more] = program.args;
  if (option === '-c' || option === '-ec' || option === '-lc') {
    if (text === undefined) {
      throw new ProgramFailure('-c requires an argument', 2);
    }
    return program.run(text, more.length === 0 ? [program.name] : more);
  }
  if (option !== undefined && !option.startsWith('-')) {
    const chunks =
      program.machine.files.find(pathOf(program, option))?.kind === 'file'
        ? program.machine.files.read(pathOf(program, option))
        : undefined;
    if (chunks === undefined) {
      throw new ProgramFailure(`can't open '${option}': No such file or directory`, 2);
    }
    return program.run(Buffer.concat(chunks).toString(), program.args);
  }
  return program.interact();
};

const read: ProgramMain = async ({ args, stdin, state }) => {
  const line = await stdin.line();
  const names = args.filter((name) => !name.startsWith('-'));
  const fields = (line ?? '').trimEnd().split(/[ \t]+/);
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    state.variables.set(name, isLast ? fields.slice(index).join(' ') : (fields[index] ?? ''));
  }
  return Number(line === undefined);
};

const unset: ProgramMain = ({ args, state }) => {
  for (const name of args) {
    state.variables.delete(name);
  }
  return 0;
};

const exit: ProgramMain = ({ args: [code], state }) => {
  throw new Exit(code === undefined ? state.code : Number(code) & 255);
};

const env: ProgramMain = async ({ stdout, state }) => {
  const lines = [...state.variables]
    .filter(([name]) => /^[A-Za-z_]/.test(name))
    .map(([name, value]) => `${name}=${value}\n`);
  await print(stdout, lines.join(''));
  return 0;
};

const printenv: ProgramMain = async (program) => {
  const [name] = program.args;
  if (name === undefined) {
    return env(program);
  }
  const value = program.state.variables.get(name);
  await print(program.stdout, value === undefined ? '' : `${value}\n`);
  return Number(value === undefined);
};

const succeed: ProgramMain = () => 0;

export const BUILTINS: Readonly<Record<string, ProgramMain>> = {
  ...{ test, exit, read, unset, env, printenv, sh, bash: sh, ash: sh, cd: change, export: exportVariables },
  ...{ '[': bracket, ':': succeed, true: succeed, false: () => 1, set: succeed },
};
