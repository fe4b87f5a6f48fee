/**
 * The file of a snapshot, a gzip of lines. It takes the place of an older one when it is whole and durable, and not
 * before: a save that fails leaves the older one as it is, and nothing else.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { syncFolder } from '../../atomic-file.ts';
import { errorCode } from '../../errors.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

const MODE = 0o600;

export interface SnapshotTarget {
  /** Once. Resolves when the file has its name. */
  write(lines: AsyncIterable<string>): Promise<void>;
  /** Afterwards, whatever happened; twice does no harm. */
  close(): Promise<void>;
}

/** Throws CommandError where nothing can be written: before the work, and not after it. */
export async function openTarget(path: string): Promise<SnapshotTarget> {
  const found = await foreseen(path, 'written', () => placeOf(path));
  if (!found.isFile) {
    const file = await foreseen(path, 'written', () => open(path, 'w'));
    return { write: (lines) => fill(path, file, lines), close: () => file.close() };
  }
  const temporary = `${found.path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await foreseen(path, 'written', () => open(temporary, 'wx', MODE));
  return {
    write: async (lines) => {
      await fill(path, file, lines);
      await foreseen(path, 'written', async () => {
        await file.sync();
        await rename(temporary, found.path);
        await syncFolder(dirname(found.path));
      });
    },
    close: async () => {
      await file.close();
      await rm(temporary, { force: true });
    },
  };
}

/** Of a link, what it names. What is no file, like a pipe, is written as it is. */
async function placeOf(path: string): Promise<{ readonly path: string; readonly isFile: boolean }> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (found.isDirectory()) {
      throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    }
    return { path: real, isFile: found.isFile() };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return { path, isFile: true };
    }
    throw error;
  }
}

/** What ends the lines is their maker's to explain. */
async function fill(path: string, file: FileHandle, lines: AsyncIterable<string>): Promise<void> {
  // The pipeline itself may reject with what its parts were told: that another has failed.
  let failure: unknown;
  async function* watched(): AsyncGenerator<string> {
    try {
      yield* lines;
    } catch (error) {
      failure ??= error;
      throw error;
    }
  }
  const write = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) {
      await file.appendFile(chunk).catch((error: unknown) => {
        failure ??= explain(path, 'written', error);
        throw error;
      });
    }
  };
  await pipeline(Readable.from(watched()), createGzip(), write).catch((error: unknown) => {
    throw failure ?? error;
  });
}

/** The lines of a file; it is closed with them. Throws CommandError where it cannot be read. */
export async function openSource(path: string): Promise<AsyncGenerator<string>> {
  return linesOf(path, await foreseen(path, 'read', () => open(path, 'r')));
}

async function* linesOf(path: string, file: FileHandle): AsyncGenerator<string> {
  const source = file.createReadStream();
  const text = createGunzip();
  source.on('error', (error) => text.destroy(error));
  let rest = '';
  try {
    for await (const chunk of source.pipe(text).setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw explain(path, 'read', error);
  } finally {
    source.destroy();
  }
  if (rest !== '') {
    yield rest;
  }
}

async function foreseen<T>(path: string, what: 'read' | 'written', act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explain(path, what, error);
  }
}

function explain(path: string, what: 'read' | 'written', cause: unknown): unknown {
  const code = errorCode(cause);
  const why = code === 'Z_BUF_ERROR' ? 'it is cut off' : code?.startsWith('Z_') === true ? 'it is no gzip' : code;
  return why === undefined ? cause : new CommandError(`${path} cannot be ${what} (${why})`, EXIT.failure, { cause });
}
