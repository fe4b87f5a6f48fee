/** `cp`: links are copied as links with `-r`, else followed. */
import type { FileSystemNode } from '../../files/file-node.ts';
import { inFolder, onFile, type Program, ProgramFailure, type ProgramMain, pathOf, readOptions } from '../program.ts';
import { Turns } from '../turns.ts';
import { targetOf, twoNames } from './files.ts';

class Copying {
  readonly #program: Program;
  readonly #recursive: boolean;
  readonly #turns: Turns;

  constructor(program: Program, recursive: boolean) {
    this.#program = program;
    this.#recursive = recursive;
    this.#turns = new Turns(program.machine.clock);
  }

  /** A path has an end (`File name too long`), and so has how deep this goes. */
  async copy(from: string, to: string): Promise<void> {
    await this.#turns.take(this.#program.signal);
    const { files } = this.#program.machine;
    const path = pathOf(this.#program, from);
    const node = this.#recursive ? files.lookUp(path) : files.find(path);
    if (node?.kind === 'symlink') {
      onFile(`can't create '${to}'`, () => files.link(pathOf(this.#program, to), node.target));
    } else if (node?.kind === 'directory') {
      await this.#copyFolder(from, to, node);
    } else {
      this.#copyFile(from, to);
    }
  }

  async #copyFolder(from: string, to: string, { mode }: FileSystemNode): Promise<void> {
    const { files } = this.#program.machine;
    const [source, target] = [pathOf(this.#program, from), pathOf(this.#program, to)];
    if (!this.#recursive) {
      throw new ProgramFailure(`omitting directory '${from}'`);
    }
    // By where links lead: at every folder, for there may be links in the target too.
    if (isWithin(files.realPath(target), files.realPath(source))) {
      throw new ProgramFailure(`cannot copy a directory, '${from}', into itself, '${to}'`);
    }
    const entries = onFile(`can't open '${from}'`, () => files.list(source));
    if (files.find(target)?.kind !== 'directory') {
      onFile(`can't create directory '${to}'`, () => files.makeDirectory(target, { mode }));
    }
    for (const [name] of entries) {
      await this.copy(inFolder(from, name), inFolder(to, name));
    }
  }

  #copyFile(from: string, to: string): void {
    const { files } = this.#program.machine;
    const chunks = onFile(`can't stat '${from}'`, () => files.read(pathOf(this.#program, from)));
    const target = pathOf(this.#program, to);
    onFile(`can't create '${to}'`, () => {
      files.open(target, { truncate: true });
      for (const chunk of chunks) {
        files.append(target, chunk);
      }
    });
  }
}

const isWithin = (path: string | undefined, folder: string | undefined): boolean =>
  path !== undefined && folder !== undefined && `${path}/`.startsWith(folder === '/' ? folder : `${folder}/`);

export const cp: ProgramMain = async (program) => {
  const { has, operands } = readOptions(program.args, 'arRf');
  const [from, to] = twoNames(operands);
  await new Copying(program, has('r') || has('R') || has('a')).copy(from, targetOf(program, from, to));
  return 0;
};
