/**
 * Small files that readers and a power cut see whole or not at all: written beside their place, made durable, then
 * named. May be imported anywhere; never leaves its temporary file behind.
 */
import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './errors.ts';

/** Replaces what is there. The mode is set at creation, so that a secret is at no moment readable by others. */
export async function writeFileAtomically(path: string, text: string, mode: number): Promise<void> {
  await withTemporary(path, text, mode, (temporary) => rename(temporary, path));
}

/** Creates the file, content included, in one step. False: there is one already, which may be another process's. */
export async function createFileAtomically(path: string, text: string, mode: number): Promise<boolean> {
  try {
    await withTemporary(path, text, mode, (temporary) => link(temporary, path));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

async function withTemporary(
  path: string,
  text: string,
  mode: number,
  giveName: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveName(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

/** Makes the names in a folder durable; a rename alone may be lost in a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
