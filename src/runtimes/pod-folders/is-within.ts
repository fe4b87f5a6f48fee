/** Whether a path is a folder or below it. Pure: links are not looked at. */
import { isAbsolute, relative, sep } from 'node:path';

/** `..data` is a name like any other: what volumes of objects are written into. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
