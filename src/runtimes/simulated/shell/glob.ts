/**
 * Pathname expansion. Source: POSIX sh, 2.13. Written here: the libraries know braces, `**` and negations that sh does
 * not, and match by regular expressions, which a pattern of many stars would hold up.
 */
import { setImmediate } from 'node:timers/promises';
import { FileError } from '../files/file-system.ts';
import type { Files } from '../files/mounted-files.ts';
import { pathFrom } from './program.ts';

/** A stretch of a field; `isPlain`: it was quoted, so that it means itself. */
export interface Run {
  readonly text: string;
  readonly isPlain: boolean;
}
/** A run of one. */
type Character = Run;

type Piece =
  | { readonly kind: 'any' }
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly has: (text: string) => boolean };

/** Of a pattern. Most texts with a star that are longer are no pattern but what somebody printed. */
const MAX_LENGTH = 16 * 1024;
/** Of one word; a word that comes to more stays as it is, so that no part of the files passes for all of them. */
const MAX_PATHS = 10_000;
const MAX_STEPS = 20_000_000;
/** Some milliseconds. */
const STEPS_A_TURN = 200_000;

const CLASSES: Readonly<Record<string, RegExp>> = {
  ...{ alpha: /\p{L}/u, digit: /\d/, alnum: /[\p{L}\d]/u, upper: /\p{Lu}/u, lower: /\p{Ll}/u, xdigit: /[\da-fA-F]/ },
  ...{ space: /\s/, blank: /[ \t]/, punct: /[!-/:-@[-`{-~]/ },
};

const SPECIAL = /[*?[]/;
const isPattern = (field: readonly Run[]): boolean => field.some(({ text, isPlain }) => !isPlain && SPECIAL.test(text));
const textOf = (field: readonly Run[]): string => field.map(({ text }) => text).join('');

/** From the `[` at `from`, up to its `]`; undefined: it has none, and means itself. */
function readSet(pattern: readonly Character[], from: number): { piece: Piece; end: number } | undefined {
  const isNegated = pattern[from + 1]?.isPlain === false && /^[!^]$/.test(pattern[from + 1]?.text ?? '');
  const start = from + (isNegated ? 2 : 1);
  const tests: ((text: string) => boolean)[] = [];
  for (let at = start; at < pattern.length; at += 1) {
    const { text, isPlain } = pattern[at] as Character;
    if (text === ']' && !isPlain && at > start) {
      return { piece: { kind: 'set', isNegated, has: (one) => tests.some((test) => test(one)) }, end: at };
    }
    // The longest class is `[:xdigit:]`.
    const name = isPlain || text !== '[' ? null : /^\[:([a-z]+):\]/.exec(textOf(pattern.slice(at, at + 10)));
    const to = pattern[at + 2];
    const isRange = pattern[at + 1]?.text === '-' && pattern[at + 1]?.isPlain === false;
    if (name !== null) {
      const isOf = CLASSES[name[1] ?? ''];
      tests.push((one) => isOf?.test(one) === true);
      at += name[0].length - 1;
    } else if (isRange && to !== undefined && (to.text !== ']' || to.isPlain)) {
      tests.push((one) => one >= text && one <= to.text);
      at += 2;
    } else {
      tests.push((one) => one === text);
    }
  }
  return undefined;
}

/** Stars that follow each other are one. */
function compile(pattern: readonly Character[]): Piece[] {
  const pieces: Piece[] = [];
  let setsEnd = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const { text, isPlain } = pattern[at] as Character;
    const set: ReturnType<typeof readSet> = isPlain || text !== '[' || setsEnd ? undefined : readSet(pattern, at);
    // Where one is not closed no later one is: looked for once, so that a row of `[` is read in its length.
    setsEnd ||= text === '[' && !isPlain && set === undefined;
    if (set !== undefined) {
      pieces.push(set.piece);
      at = set.end;
    } else if (text === '*' && !isPlain) {
      pieces.at(-1)?.kind === 'any' || pieces.push({ kind: 'any' });
    } else if (text === '?' && !isPlain) {
      pieces.push({ kind: 'set', isNegated: true, has: () => false });
    } else {
      pieces.push({ kind: 'one', text });
    }
  }
  return pieces;
}

function isMatch(piece: Piece | undefined, text: string): boolean {
  return piece?.kind === 'set' ? piece.has(text) !== piece.isNegated : piece?.kind === 'one' && piece.text === text;
}

/** Only the last star gives way: the product of both lengths at the most. A dot at the start is met by a dot alone. */
function matches(pieces: readonly Piece[], name: string, effort: Effort): boolean {
  const first = pieces[0];
  if (name.startsWith('.') && !(first?.kind === 'one' && first.text === '.')) {
    return false;
  }
  const text = Array.from(name);
  let [piece, at, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    effort.steps += 1;
    if (pieces[piece]?.kind === 'any') {
      [star, mark] = [piece, at];
      piece += 1;
    } else if (isMatch(pieces[piece], text[at] ?? '')) {
      piece += 1;
      at += 1;
    } else if (star >= 0) {
      mark += 1;
      [piece, at] = [star + 1, mark];
    } else {
      return false;
    }
  }
  return pieces.slice(piece).every(({ kind }) => kind === 'any');
}

/** What it has taken, of one word. */
class Effort {
  steps = 0;
  #rested = 0;

  get isTooMuch(): boolean {
    return this.steps > MAX_STEPS;
  }

  get isLong(): boolean {
    return this.steps - this.#rested > STEPS_A_TURN;
  }

  async rest(): Promise<void> {
    this.#rested = this.steps;
    await setImmediate();
  }
}

function namesIn(files: Files, path: string): string[] {
  try {
    return files.list(path).map(([name]) => name);
  } catch (error) {
    // What is no folder, or is gone, has no names.
    if (error instanceof FileError) {
      return [];
    }
    throw error;
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

interface Place {
  readonly files: Files;
  readonly cwd: string;
}

/** The paths that the field matches, sorted; itself where there is none, or more than it may come to. */
export async function expandPaths(field: readonly Run[], place: Place, signal: AbortSignal): Promise<string[]> {
  const text = textOf(field);
  if (!isPattern(field) || text.length > MAX_LENGTH) {
    return [text];
  }
  const effort = new Effort();
  const parts = partsOf(field);
  let paths: string[] | undefined = [''];
  for (const [index, part] of parts.entries()) {
    const pieces = compile(part);
    const isLast = index === parts.length - 1;
    paths = pieces.every(({ kind }) => kind === 'one')
      ? paths.map((path) => path + textOf(part) + (isLast ? '' : '/'))
      : await matchIn(paths, pieces, isLast, { ...place, effort, signal });
    if (paths === undefined) {
      return [text];
    }
  }
  const there = paths.filter((path) => place.files.lookUp(pathFrom(place.cwd, path)) !== undefined).sort();
  return there.length === 0 ? [text] : there;
}

/** undefined: it is too much. */
async function matchIn(
  folders: readonly string[],
  pieces: readonly Piece[],
  isLast: boolean,
  { files, cwd, effort, signal }: Place & { readonly effort: Effort; readonly signal: AbortSignal },
): Promise<string[] | undefined> {
  const found: string[] = [];
  for (const folder of folders) {
    const names = namesIn(files, pathFrom(cwd, folder === '' ? '.' : folder));
    effort.steps += 4 * names.length;
    for (const name of names) {
      if (effort.isLong) {
        await effort.rest();
      }
      signal.throwIfAborted();
      if (matches(pieces, name, effort) && (isLast || isFolder(files, cwd, folder + name))) {
        found.push(folder + name + (isLast ? '' : '/'));
      }
      if (found.length > MAX_PATHS || effort.isTooMuch) {
        return undefined;
      }
    }
  }
  return found;
}

const isFolder = (files: Files, cwd: string, path: string): boolean =>
  files.find(pathFrom(cwd, path))?.kind === 'directory';
