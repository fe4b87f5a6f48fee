/**
 * Reads a log file in the CRI's format as `kubectl logs` wants it, and follows it until its container has ended. When the
 * file was rotated meanwhile, it goes on in the new one. Source: kuberuntime/logs/logs.go, ReadLogs.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Clock } from '../../timing/clock.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { type LogOptions, RuntimeError } from '../runtime.ts';
import { parseLine } from './parse-line.ts';

export interface LogFile {
  readonly path: string;
  /** The container writes no more. */
  readonly isOver: () => Promise<boolean>;
  readonly clock: Clock;
}

const BLOCK_BYTES = 64 * 1024;
const LOOK_MS = 200;
const NEWLINE = 0x0a;

export async function* readLog(file: LogFile, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array> {
  let handle = await openLog(file.path);
  const output = new Output(options);
  try {
    let at = options.tailLines === undefined ? 0 : await tailStart(handle, options.tailLines);
    while (!signal.aborted) {
      // Asked before the file is read: what it wrote until then is there.
      const over = options.follow !== true || (await file.isOver());
      for await (const { bytes, next } of blocks(handle, at)) {
        at = next;
        yield* output.take(bytes);
        if (output.isFull || signal.aborted) {
          return;
        }
      }
      const newer = await rotated(file.path, handle);
      if (newer !== undefined && (await handle.stat()).size <= at) {
        await handle.close();
        handle = newer;
        at = 0;
        continue;
      }
      await newer?.close();
      if (over) {
        return;
      }
      await file.clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  } finally {
    await handle.close();
  }
}

async function openLog(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new RuntimeError(
      'NotFound',
      `failed to try resolving symlinks in path "${path}": lstat ${path}: no such file or directory`,
      { cause },
    );
  }
}

/** The file that is there now under this name, if it is another one. */
async function rotated(path: string, handle: FileHandle): Promise<FileHandle | undefined> {
  const now = await stat(path).catch(() => undefined);
  return now === undefined || now.ino === (await handle.stat()).ino
    ? undefined
    : open(path, 'r').catch(() => undefined);
}

async function* blocks(handle: FileHandle, from: number): AsyncIterable<{ bytes: Buffer; next: number }> {
  for (let at = from; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, at);
    if (bytesRead === 0) {
      return;
    }
    at += bytesRead;
    yield { bytes: buffer.subarray(0, bytesRead), next: at };
  }
}

/** Where the last `lines` lines begin. */
async function tailStart(handle: FileHandle, lines: number): Promise<number> {
  const { size } = await handle.stat();
  if (lines <= 0) {
    return size;
  }
  let seen = 0;
  for (let end = size; end > 0; ) {
    const length = Math.min(BLOCK_BYTES, end);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, end - length);
    for (let i = length - 1; i >= 0; i -= 1) {
      // The newline at the very end ends the last line.
      if (buffer[i] === NEWLINE && end - length + i !== size - 1) {
        seen += 1;
        if (seen === lines) {
          return end - length + i + 1;
        }
      }
    }
    end -= length;
  }
  return 0;
}

class Output {
  #left: number;
  #rest: Buffer = Buffer.alloc(0);
  #inLine = false;
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  get isFull(): boolean {
    return this.#left <= 0;
  }

  *take(bytes: Buffer): Iterable<Uint8Array> {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const parts: Buffer[] = [];
    let at = 0;
    for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE, at)) {
      parts.push(...this.#line(all.subarray(at, end)));
      at = end + 1;
    }
    this.#rest = Buffer.from(all.subarray(at));
    const out = Buffer.concat(parts).subarray(0, Math.min(this.#left, Number.MAX_SAFE_INTEGER));
    this.#left -= out.length;
    if (out.length > 0) {
      yield out;
    }
  }

  #line(raw: Buffer): Buffer[] {
    const line = parseLine(raw);
    if (line === undefined || !this.#isWanted(line.time)) {
      return [];
    }
    const stamp = this.#options.timestamps === true && !this.#inLine ? [Buffer.from(`${line.time} `)] : [];
    this.#inLine = line.partial;
    return [...stamp, line.text, ...(line.partial ? [] : [Buffer.from('\n')])];
  }

  #isWanted(time: string): boolean {
    const { sinceTime } = this.#options;
    return sinceTime === undefined || (parseTime(time) ?? Number.POSITIVE_INFINITY) >= sinceTime;
  }
}
