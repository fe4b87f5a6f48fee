/** The part of a volume that a container mounts: within the volume, whatever links are in it. */
import { lstat, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { type Mount, RuntimeError } from '../runtime.ts';
import { isWithin } from './is-within.ts';
import { makeFolderWithin } from './make-within.ts';

const PERMISSIONS = 0o777;

const refused = (why: string, cause?: unknown): RuntimeError =>
  new RuntimeError('CreateContainer', `failed to prepare subPath: ${why}`, { cause });

/** Makes it where it is missing, but in volumes of files. Throws RuntimeError CreateContainer. */
export async function subPathOf(folder: string, { subPath, content }: Mount): Promise<string> {
  if (subPath === '') {
    return folder;
  }
  if (isAbsolute(subPath) || subPath.split('/').includes('..')) {
    throw refused(`${JSON.stringify(subPath)} must be within the volume`);
  }
  const path = join(folder, subPath);
  if (content.kind !== 'files' && (await lstat(path).catch(() => undefined)) === undefined) {
    // Whoever may use the volume may use its part.
    const mode = (await stat(folder)).mode & PERMISSIONS;
    await makeFolderWithin(folder, subPath, mode).catch((error: Error) => {
      throw refused(`${subPath} cannot be made: ${error.message}`, error);
    });
  }
  const real = await realpath(path).catch((cause: unknown) => {
    throw refused(`${subPath} is not in the volume`, cause);
  });
  // A container may have made a link out of its volume.
  if (!isWithin(await realpath(folder), real)) {
    throw refused(`${subPath} leads out of the volume`);
  }
  return real;
}
