/** Reads `postmaster.pid`, by which a server says that it owns its data folder. Format: miscadmin.h, LOCK_FILE_LINE_*. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../errors.ts';

export interface PostmasterFile {
  readonly pid: number;
  readonly dataFolder: string;
  readonly port: number | undefined;
  readonly ready: boolean;
}

/** 'torn': a crash or a full disk left it empty or cut, or its server is writing it this moment. */
export function parsePostmasterFile(text: string): PostmasterFile | 'torn' {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  const dataFolder = lines[1];
  const port = Number(lines[3]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || dataFolder === undefined || dataFolder === '') {
    return 'torn';
  }
  return { pid, dataFolder, port: port > 0 ? port : undefined, ready: lines[7] === 'ready' };
}

export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | 'torn' | undefined> {
  try {
    return parsePostmasterFile(await readFile(join(dataFolder, 'postmaster.pid'), 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
