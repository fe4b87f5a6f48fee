/**
 * The server's log file. The server appends to it through an inherited descriptor, so that it needs no right to the
 * folder; O_APPEND lets it be cut to bound its size while the server writes.
 */
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../../timing/clock.ts';

const MAX_BYTES = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;

export interface ServerLog {
  readonly path: string;
  readonly descriptor: number;
  /** What was written since the last call. */
  takeNew(): Promise<string>;
  /** Keeps the file, and one predecessor, below 8 MiB each until the signal. */
  keepBounded(clock: Clock, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function openServerLog(path: string): Promise<ServerLog> {
  const file = await open(path, 'a+', 0o600);
  await bound(file, path);
  let position = (await file.stat()).size;
  return {
    path,
    descriptor: file.fd,
    async takeNew() {
      const { size } = await file.stat();
      const length = Math.min(Math.max(0, size - position), 65_536);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
      position = size;
      return buffer.toString('utf8', 0, bytesRead);
    },
    async keepBounded(clock, signal) {
      while (!signal.aborted) {
        await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
        await bound(file, path);
      }
    },
    close: () => file.close(),
  };
}

async function bound(file: FileHandle, path: string): Promise<void> {
  if ((await file.stat()).size > MAX_BYTES) {
    await copyFile(path, `${path}.1`);
    await file.truncate(0);
  }
}
