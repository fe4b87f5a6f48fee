/**
 * Pathname expansion. Source: POSIX sh, 2.13. Written here: the libraries know braces, `**` and negations that sh does
 * not. All that is done for each path is counted and rests.
 */
import type { FileSystemNode } from '../files/file-node.ts';
import { FileError } from '../files/file-system.ts';
import type { Files } from '../files/mounted-files.ts';
import { MAX_PATH_BYTES } from '../files/walk.ts';
import { type Effort, MAX_ARGUMENT_BYTES } from './effort.ts';
import { type Character, compile, matches, type Piece, type Run, textOf } from './pattern.ts';
import { pathFrom } from './program.ts';

/** Of a pattern. Most texts with a star that are longer are no pattern but what somebody printed. */
const MAX_LENGTH = 16 * 1024;
/** Of one word; a word that comes to more stays as it is, so that no part of the files passes for all of them. */
const MAX_PATHS = 10_000;
const STEPS_A_CHARACTER = 10;
const STEPS_A_NAME = 10;

const SPECIAL = /[*?[]/;
const isPattern = (field: readonly Run[]): boolean => field.some(({ text, isPlain }) => !isPlain && SPECIAL.test(text));

export interface Place {
  readonly files: Files;
  readonly cwd: string;
}

class Paths {
  readonly all: string[] = [];
  #bytes = 0;

  /** None that no file can have. */
  add(path: string): void {
    const bytes = Buffer.byteLength(path);
    if (bytes <= MAX_PATH_BYTES) {
      this.#bytes += bytes;
      this.all.push(path);
    }
  }

  get areTooMany(): boolean {
    return this.all.length > MAX_PATHS || this.#bytes > MAX_ARGUMENT_BYTES;
  }
}

function partsOf(field: readonly Run[]): Character[][] {
  const parts: Character[][] = [[]];
  for (const { text, isPlain } of field) {
    for (const character of text) {
      character === '/' ? parts.push([]) : parts.at(-1)?.push({ text: character, isPlain });
    }
  }
  return parts;
}

/** Patterns of names, and the texts between them: a row of parts that are no patterns is one text. */
function stretchesOf(field: readonly Run[]): (string | Piece[])[] {
  const stretches: (string | Piece[])[] = [];
  const parts = partsOf(field);
  for (const [index, part] of parts.entries()) {
    const pieces = compile(part);
    const before = stretches.at(-1);
    if (pieces.some(({ kind }) => kind !== 'one')) {
      stretches.push(pieces);
      continue;
    }
    const text = textOf(part) + (index === parts.length - 1 ? '' : '/');
    typeof before === 'string' ? stretches.splice(-1, 1, before + text) : stretches.push(text);
  }
  return stretches;
}

/** The paths that the field matches, sorted; itself where there is none, or more than it may come to. */
export async function expandPaths(field: readonly Run[], place: Place, effort: Effort): Promise<string[]> {
  const text = textOf(field);
  if (!isPattern(field) || text.length > MAX_LENGTH || effort.isTooMuch) {
    return [text];
  }
  effort.take(STEPS_A_CHARACTER * text.length);
  const stretches = stretchesOf(field);
  let paths: readonly string[] = [''];
  for (const [index, stretch] of stretches.entries()) {
    const found = new Paths();
    const isLast = index === stretches.length - 1;
    await (typeof stretch === 'string'
      ? follow(paths, stretch, isLast, { found, place, effort })
      : matchIn(paths, stretch, isLast, { found, place, effort }));
    if (found.areTooMany || effort.isTooMuch) {
      return [text];
    }
    paths = found.all;
  }
  return paths.length === 0 ? [text] : [...paths].sort();
}

interface Search {
  readonly found: Paths;
  readonly place: Place;
  readonly effort: Effort;
}

/** The text behind each path; at the end of the field, where it is there. */
async function follow(
  paths: readonly string[],
  text: string,
  isLast: boolean,
  { found, place: { files, cwd }, effort }: Search,
): Promise<void> {
  for (const path of paths) {
    if (path.length + text.length > MAX_PATH_BYTES) {
      effort.take(1);
      continue;
    }
    const whole = path + text;
    effort.takeWalk(whole);
    if (effort.isLong) {
      await effort.rest();
    }
    if (!isLast || files.lookUp(pathFrom(cwd, whole)) !== undefined) {
      found.add(whole);
    }
    if (found.areTooMany || effort.isTooMuch) {
      return;
    }
  }
}

async function matchIn(
  folders: readonly string[],
  pieces: readonly Piece[],
  isLast: boolean,
  { found, place, effort }: Search,
): Promise<void> {
  for (const folder of folders) {
    effort.takeWalk(folder);
    const entries = entriesOf(place, folder);
    effort.take(STEPS_A_NAME * entries.length);
    if (effort.isLong) {
      await effort.rest();
    }
    for (const [name, node] of entries) {
      if ((await matches(pieces, name, effort)) && (isLast || isFolder(node, folder + name, place, effort))) {
        effort.take(folder.length);
        found.add(folder + name + (isLast ? '' : '/'));
      }
      if (found.areTooMany || effort.isTooMuch) {
        return;
      }
    }
  }
}

function entriesOf({ files, cwd }: Place, folder: string): readonly (readonly [string, FileSystemNode])[] {
  try {
    return files.list(pathFrom(cwd, folder === '' ? '.' : folder));
  } catch (error) {
    // What is no folder, or is gone, has no names.
    if (error instanceof FileError) {
      return [];
    }
    throw error;
  }
}

function isFolder({ kind }: FileSystemNode, path: string, { files, cwd }: Place, effort: Effort): boolean {
  if (kind !== 'symlink') {
    return kind === 'directory';
  }
  effort.takeWalk(path);
  return files.find(pathFrom(cwd, path))?.kind === 'directory';
}
