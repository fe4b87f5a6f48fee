/** Whether a path is a folder or below it. Pure: links are not looked at. */
import { isAbsolute, relative } from 'node:path';

export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
