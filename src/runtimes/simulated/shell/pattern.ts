/** Patterns of names. Source: POSIX sh, 2.13. Not by regular expressions, which a pattern of many stars would hold up. */
import type { Effort } from './effort.ts';

/** A stretch of a field; `isPlain`: it was quoted, so that it means itself. */
export interface Run {
  readonly text: string;
  readonly isPlain: boolean;
}
/** A run of one. */
export type Character = Run;

interface SetPiece {
  readonly kind: 'set';
  readonly isNegated: boolean;
  readonly singles: ReadonlySet<string>;
  /** Ranges and classes. */
  readonly tests: readonly ((text: string) => boolean)[];
}
export type Piece = { readonly kind: 'any' } | { readonly kind: 'one'; readonly text: string } | SetPiece;

const CLASSES: Readonly<Record<string, RegExp>> = {
  ...{ alpha: /\p{L}/u, digit: /\d/, alnum: /[\p{L}\d]/u, upper: /\p{Lu}/u, lower: /\p{Ll}/u, xdigit: /[\da-fA-F]/ },
  ...{ space: /\s/, blank: /[ \t]/, punct: /[!-/:-@[-`{-~]/ },
};

export const textOf = (field: readonly Run[]): string => field.map(({ text }) => text).join('');

/** From the `[` at `from`, up to its `]`; undefined: it has none, and means itself. */
function readSet(pattern: readonly Character[], from: number): { piece: SetPiece; end: number } | undefined {
  const isNegated = pattern[from + 1]?.isPlain === false && /^[!^]$/.test(pattern[from + 1]?.text ?? '');
  const start = from + (isNegated ? 2 : 1);
  const singles = new Set<string>();
  const tests: ((text: string) => boolean)[] = [];
  for (let at = start; at < pattern.length; at += 1) {
    const { text, isPlain } = pattern[at] as Character;
    if (text === ']' && !isPlain && at > start) {
      return { piece: { kind: 'set', isNegated, singles, tests }, end: at };
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
      singles.add(text);
    }
  }
  return undefined;
}

/** Stars that follow each other are one. */
export function compile(pattern: readonly Character[]): Piece[] {
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
      pieces.push({ kind: 'set', isNegated: true, singles: new Set(), tests: [] });
    } else {
      pieces.push({ kind: 'one', text });
    }
  }
  return pieces;
}

function isMatch(piece: Piece | undefined, text: string, effort: Effort): boolean {
  if (piece?.kind !== 'set') {
    return piece?.kind === 'one' && piece.text === text;
  }
  effort.take(piece.tests.length);
  return (piece.singles.has(text) || piece.tests.some((test) => test(text))) !== piece.isNegated;
}

/**
 * Only the last star gives way: the product of both lengths at the most. A dot at the start is met by a dot alone.
 * False too where it is too much.
 */
export async function matches(pieces: readonly Piece[], name: string, effort: Effort): Promise<boolean> {
  const first = pieces[0];
  if (name.startsWith('.') && !(first?.kind === 'one' && first.text === '.')) {
    return false;
  }
  const text = Array.from(name);
  let [piece, at, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    effort.take(1);
    if (effort.isLong) {
      await effort.rest();
    }
    if (pieces[piece]?.kind === 'any') {
      [star, mark] = [piece, at];
      piece += 1;
    } else if (isMatch(pieces[piece], text[at] ?? '', effort)) {
      piece += 1;
      at += 1;
    } else if (star >= 0 && !effort.isTooMuch) {
      mark += 1;
      [piece, at] = [star + 1, mark];
    } else {
      return false;
    }
  }
  return pieces.slice(piece).every(({ kind }) => kind === 'any');
}
