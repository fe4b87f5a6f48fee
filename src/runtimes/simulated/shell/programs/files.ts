/** Programs over the container's files. */
import { posix } from 'node:path';
import type { FileSystemNode } from '../../files/file-node.ts';
import {
  inFolder,
  onFile,
  type Program,
  ProgramFailure,
  type ProgramMain,
  pathOf,
  print,
  readOptions,
} from '../program.ts';

const BITS = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'] as const;

const KINDS = { file: '-', directory: 'd', symlink: 'l' } as const;

const modeText = ({ kind, mode }: FileSystemNode): string =>
  KINDS[kind] + [6, 3, 0].map((shift) => BITS[(mode >> shift) & 7]).join('');

function longLine(name: string, node: FileSystemNode): string {
  const bytes = node.kind === 'file' ? node.size : node.kind === 'symlink' ? Buffer.byteLength(node.target) : 4096;
  const size = String(bytes).padStart(9);
  const time = new Date(node.mtime).toISOString().slice(0, 16).replace('T', ' ');
  return `${modeText(node)} 1 root root ${size} ${time} ${name}${node.kind === 'symlink' ? ` -> ${node.target}` : ''}`;
}

type Entries = readonly (readonly [name: string, node: FileSystemNode])[];

/** A folder that is listed and, with `isDeep`, those in it, each by the name that it was come to by. */
function foldersBelow(
  program: Program,
  name: string,
  shown: (entry: string) => boolean,
  isDeep: boolean,
): [string, Entries][] {
  const entries = program.machine.files.list(pathOf(program, name)).filter(([entry]) => shown(entry));
  const inner = entries.filter(([, node]) => isDeep && node.kind === 'directory');
  return [[name, entries], ...inner.flatMap(([entry]) => foldersBelow(program, inFolder(name, entry), shown, isDeep))];
}

const ls: ProgramMain = async (program) => {
  const { has, operands } = readOptions(program.args, 'adhlR1');
  const names = operands.length === 0 ? ['.'] : operands;
  const shown = (entry: string): boolean => has('a') || !entry.startsWith('.');
  const linesOf = (entries: Entries): string =>
    entries.map(([entry, node]) => `${has('l') ? longLine(entry, node) : entry}\n`).join('');
  let before = '';
  for (const name of names) {
    const { files } = program.machine;
    const own = files.lookUp(pathOf(program, name));
    const node = has('l') || has('d') ? own : (files.find(pathOf(program, name)) ?? own);
    if (node === undefined) {
      throw new ProgramFailure(`${name}: No such file or directory`);
    }
    if (node.kind !== 'directory' || has('d')) {
      await print(program.stdout, linesOf([[name, node]]));
      continue;
    }
    for (const [folder, entries] of foldersBelow(program, name, shown, has('R'))) {
      const heading = names.length > 1 || has('R') ? `${before}${folder}:\n` : '';
      await print(program.stdout, `${heading}${linesOf(entries)}`);
      before = '\n';
    }
  }
  return 0;
};

const mkdir: ProgramMain = (program) => {
  const { has, operands } = readOptions(program.args, 'p');
  for (const name of operands) {
    onFile(`can't create directory '${name}'`, () =>
      program.machine.files.makeDirectory(pathOf(program, name), { parents: has('p') }),
    );
  }
  return 0;
};

const rm: ProgramMain = (program) => {
  const { has, operands } = readOptions(program.args, 'rRf');
  for (const name of operands) {
    const path = pathOf(program, name);
    if (has('f') && program.machine.files.lookUp(path) === undefined) {
      continue;
    }
    onFile(`can't remove '${name}'`, () => program.machine.files.remove(path, { recursive: has('r') || has('R') }));
  }
  return 0;
};

const rmdir: ProgramMain = (program) => {
  for (const name of program.args) {
    const path = pathOf(program, name);
    if (program.machine.files.lookUp(path)?.kind === 'symlink') {
      throw new ProgramFailure(`'${name}': Not a directory`);
    }
    const isEmpty = onFile(`'${name}'`, () => program.machine.files.list(path)).length === 0;
    if (!isEmpty) {
      throw new ProgramFailure(`'${name}': Directory not empty`);
    }
    onFile(`'${name}'`, () => program.machine.files.remove(path, { recursive: true }));
  }
  return 0;
};

const touch: ProgramMain = (program) => {
  for (const name of program.args) {
    const path = pathOf(program, name);
    const { files, clock } = program.machine;
    onFile(name, () => (files.find(path) === undefined ? files.open(path) : files.touch(path, { mtime: clock.now() })));
  }
  return 0;
};

/** Into the directory, when the target is one. */
export function targetOf(program: Program, from: string, to: string): string {
  const isFolder = program.machine.files.find(pathOf(program, to))?.kind === 'directory';
  return isFolder ? inFolder(to, posix.basename(from)) : to;
}

export function twoNames(operands: readonly string[]): readonly [string, string] {
  const [from, to] = operands;
  if (from === undefined || to === undefined) {
    throw new ProgramFailure('missing file operand');
  }
  return [from, to];
}

const mv: ProgramMain = (program) => {
  const [from, to] = twoNames(readOptions(program.args, 'f').operands);
  onFile(`can't rename '${from}'`, () =>
    program.machine.files.rename(pathOf(program, from), pathOf(program, targetOf(program, from, to))),
  );
  return 0;
};

const ln: ProgramMain = (program) => {
  const { has, operands } = readOptions(program.args, 'sfn');
  const [target, name] = twoNames(operands);
  if (!has('s')) {
    throw new ProgramFailure(`'${name}': Operation not permitted`);
  }
  const { files } = program.machine;
  const path = pathOf(program, targetOf(program, target, name));
  if (has('f') && files.lookUp(path) !== undefined) {
    onFile(`'${name}'`, () => files.remove(path));
  }
  onFile(`'${name}'`, () => files.link(path, target));
  return 0;
};

const readlink: ProgramMain = async (program) => {
  for (const name of program.args) {
    const node = program.machine.files.lookUp(pathOf(program, name));
    if (node?.kind !== 'symlink') {
      return 1;
    }
    await print(program.stdout, `${node.target}\n`);
  }
  return 0;
};

const find: ProgramMain = async (program) => {
  const walk = async (name: string): Promise<void> => {
    await print(program.stdout, `${name}\n`);
    const path = pathOf(program, name);
    const isDirectory = program.machine.files.lookUp(path)?.kind === 'directory';
    for (const [entry] of isDirectory ? program.machine.files.list(path) : []) {
      await walk(inFolder(name, entry));
    }
  };
  const [name = '.'] = program.args;
  if (program.machine.files.lookUp(pathOf(program, name)) === undefined) {
    throw new ProgramFailure(`${name}: No such file or directory`);
  }
  await walk(name);
  return 0;
};

export const FILE_PROGRAMS: Readonly<Record<string, ProgramMain>> = {
  ...{ ls, mkdir, rm, rmdir, touch, mv, ln, readlink, find },
};
