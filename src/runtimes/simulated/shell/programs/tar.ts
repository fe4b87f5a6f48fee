/** `tar`, as `kubectl cp` and client-node use it: c or x, f -, and the letters v, m, z; -C. Hard links are left out. */
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { createTarDecoder, createTarPacker, type ParsedTarEntry, type TarHeader } from 'modern-tar';
import type { FileSystemNode } from '../../files/file-node.ts';
import { FileError } from '../../files/file-system.ts';
import { streamOf } from '../pipes.ts';
import { inFolder, type Program, ProgramFailure, type ProgramMain, pathFrom, pathOf, print } from '../program.ts';

interface Asked {
  readonly mode: 'c' | 'x' | 't';
  readonly gzip: boolean;
  readonly file: string;
  readonly folder: string;
  readonly names: readonly string[];
}

/** The first word may lack its dash. */
function readArguments(args: readonly string[]): Asked {
  const words = [...args];
  const letters: string[] = [];
  const names: string[] = [];
  let file = '-';
  let folder = '.';
  for (let word = words.shift(), isFirst = true; word !== undefined; word = words.shift(), isFirst = false) {
    const group = /^-([A-Za-z]+)$/.exec(word)?.[1] ?? (isFirst && !word.startsWith('-') ? word : undefined);
    if (group === undefined) {
      names.push(...(word === '--' || /^--(?:no-same-owner|no-same-permissions|warning=.*)$/.test(word) ? [] : [word]));
      continue;
    }
    letters.push(...group);
    for (const letter of group) {
      file = letter === 'f' ? (words.shift() ?? '-') : file;
      folder = letter === 'C' ? (words.shift() ?? '.') : folder;
    }
  }
  const mode = letters.find((letter): letter is Asked['mode'] => 'cxt'.includes(letter));
  const unknown = letters.find((letter) => !'cxtfvmzCphP'.includes(letter));
  if (mode === undefined || unknown !== undefined) {
    throw new ProgramFailure(
      unknown === undefined ? 'must specify one of -c, -x or -t' : `invalid option -- '${unknown}'`,
    );
  }
  return { mode, gzip: letters.includes('z'), file, folder, names };
}

async function* stdinOf({ stdin }: Program): AsyncGenerator<Uint8Array> {
  for (let chunk = await stdin.read(); chunk !== undefined; chunk = await stdin.read()) {
    yield chunk;
  }
}

const headerOf = (name: string, node: FileSystemNode): TarHeader => ({
  name: node.kind === 'directory' ? `${name}/` : name,
  size: node.kind === 'file' ? node.size : 0,
  type: node.kind,
  ...(node.kind === 'symlink' ? { linkname: node.target } : {}),
  mode: node.mode & 0o7777,
  mtime: new Date(node.mtime),
});

async function addEntry(
  program: Program,
  packer: ReturnType<typeof createTarPacker>['controller'],
  path: string,
  name: string,
) {
  const { files } = program.machine;
  const node = files.lookUp(path);
  if (node === undefined) {
    throw new ProgramFailure(`${path}: No such file or directory`);
  }
  const writer = packer.add(headerOf(name, node)).getWriter();
  for (const chunk of node.kind === 'file' ? node.chunks.slice() : []) {
    await writer.write(chunk);
  }
  await writer.close();
  for (const [entry] of node.kind === 'directory' ? files.list(path) : []) {
    await addEntry(program, packer, inFolder(path, entry), posix.join(name, entry));
  }
}

async function create(program: Program, { names, folder, file, gzip }: Asked): Promise<number> {
  const { readable, controller } = createTarPacker();
  let code = 0;
  /** A name that is missing is told of before the archive ends: who reads it (kubectl cp) leaves with the end. */
  const addOrTell = async (name: string): Promise<void> => {
    try {
      const path = pathFrom(pathOf(program, folder), name);
      await addEntry(program, controller, path, name.replace(/^\/+/, '') || '.');
    } catch (error) {
      if (!(error instanceof ProgramFailure)) {
        throw error;
      }
      code = error.code;
      await program.stderr(Buffer.from(`tar: ${error.message}\n`));
    }
  };
  const packing = (async () => {
    try {
      for (const name of names) {
        await addOrTell(name);
      }
    } finally {
      controller.finalize();
    }
  })();
  packing.catch(() => undefined);
  const path = pathOf(program, file);
  if (file !== '-') {
    program.machine.files.open(path, { truncate: true });
  }
  const bytes: Readable = Readable.from(readable as AsyncIterable<Uint8Array>);
  for await (const chunk of gzip ? bytes.pipe(createGzip()) : bytes) {
    await (file === '-' ? program.stdout(chunk) : program.machine.files.append(path, chunk));
  }
  await packing;
  return code;
}

async function extractEntry(program: Program, root: string, { header, body }: ParsedTarEntry): Promise<void> {
  const { files } = program.machine;
  // Resolved below the root, so that `../` leads nowhere else.
  const path = inFolder(root, posix.resolve('/', header.name).slice(1));
  if (header.type === 'directory') {
    if (files.find(path) === undefined) {
      files.makeDirectory(path, { parents: true, mode: header.mode ?? 0o755 });
    }
    await body.cancel();
    return;
  }
  const isLink = header.type === 'symlink';
  if (header.type !== undefined && header.type !== 'file' && !isLink) {
    await body.cancel();
    return;
  }
  if (files.find(posix.dirname(path)) === undefined) {
    files.makeDirectory(posix.dirname(path), { parents: true });
  }
  const before = files.lookUp(path)?.kind;
  if (before === 'symlink' || (isLink && before === 'file')) {
    files.remove(path);
  }
  if (isLink) {
    await body.cancel();
    files.link(path, header.linkname ?? '');
    return;
  }
  files.open(path, { truncate: true, mode: header.mode ?? 0o644 });
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    files.append(path, chunk);
  }
  files.touch(path, { mode: header.mode ?? 0o644 });
}

async function extract(program: Program, asked: Asked): Promise<number> {
  const root = pathOf(program, asked.folder);
  const { files } = program.machine;
  if (files.find(root)?.kind !== 'directory') {
    throw new ProgramFailure(`can't change directory to '${asked.folder}': No such file or directory`);
  }
  const source = Readable.from(
    asked.file === '-' ? stdinOf(program) : streamOf(files.read(pathOf(program, asked.file))),
  );
  const plain = asked.gzip ? source.pipe(createGunzip()) : source;
  const { readable, writable } = createTarDecoder({ strict: true });
  const feeding = feed(plain, writable);
  try {
    for await (const entry of readable as AsyncIterable<ParsedTarEntry>) {
      if (asked.mode === 't') {
        await print(program.stdout, `${entry.header.name}\n`);
        await entry.body.cancel();
      } else {
        await extractEntry(program, root, entry);
      }
    }
    await feeding;
  } catch (error) {
    source.destroy();
    await feeding.catch(() => undefined);
    throw error instanceof FileError
      ? error
      : new ProgramFailure(error instanceof Error ? error.message : String(error));
  }
  return 0;
}

async function feed(source: AsyncIterable<Uint8Array>, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  try {
    for await (const chunk of source) {
      await writer.write(chunk);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}

export const tar: ProgramMain = (program) => {
  const asked = readArguments(program.args);
  return asked.mode === 'c' ? create(program, asked) : extract(program, asked);
};
