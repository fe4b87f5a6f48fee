/** Words to fields: variables, substituted commands, splitting, pathnames. Source: POSIX sh, section 2.6. */
import { type Effort, MAX_ARGUMENT_BYTES } from './effort.ts';
import { expandPaths, type Place } from './glob.ts';
import { MAX_KEPT } from './input.ts';
import type { Run } from './pattern.ts';
import { type Io, ProgramFailure, print } from './program.ts';
import type { Part, Word } from './syntax.ts';

/** Its end and the pointer to it, as Linux counts. */
const BYTES_AN_ARGUMENT = 1 + 8;
const STEPS_A_FIELD = 20;
const CHARACTERS_A_STEP = 16;

export interface Expansion {
  readonly place: Place;
  /** Of all words of the command together. */
  readonly effort: Effort;
  readonly variable: (name: string) => string | undefined;
  /** Runs the source; its output without the newlines at its end. */
  readonly substitute: (source: string) => Promise<string>;
}

class TooManyArguments extends ProgramFailure {
  constructor() {
    super('Argument list too long', 126);
  }
}

/** The command fails, the shell goes on. */
export const unlessTooMany =
  ({ stderr }: Io) =>
  async (error: unknown): Promise<number> => {
    if (error instanceof TooManyArguments) {
      await print(stderr, `sh: ${error.message}\n`);
      return error.code;
    }
    throw error;
  };

async function textOf(part: Part, { variable, substitute }: Expansion): Promise<string> {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'variable':
      return variable(part.name) || part.fallback;
    case 'command':
      return substitute(part.source);
  }
}

/** Throws ProgramFailure where it is more than a shell here may keep in memory. */
export async function expandToText(word: Word, expansion: Expansion): Promise<string> {
  let text = '';
  for (const part of word) {
    text += await textOf(part, expansion);
    if (text.length > MAX_KEPT) {
      throw new ProgramFailure('Cannot allocate memory');
    }
  }
  return text;
}

/** What stands unquoted and is no literal is split at blanks; a word may give no field at all. */
export async function expandToFields(words: readonly Word[], expansion: Expansion): Promise<string[]> {
  const { place, effort } = expansion;
  const fields: string[] = [];
  let bytes = 0;
  for (const word of words) {
    for await (const field of split(word, expansion)) {
      for (const path of await expandPaths(field, place, effort)) {
        bytes += Buffer.byteLength(path) + BYTES_AN_ARGUMENT;
        if (bytes > MAX_ARGUMENT_BYTES) {
          throw new TooManyArguments();
        }
        fields.push(path);
      }
      effort.take(STEPS_A_FIELD);
      if (effort.isLong) {
        await effort.rest();
      }
    }
  }
  return fields;
}

/** One field after the other, so that a long text is not split beyond what a command may take. */
async function* split(word: Word, expansion: Expansion): AsyncGenerator<Run[]> {
  const { effort } = expansion;
  let open: Run[] | undefined;
  let length = 0;
  const append = (text: string, isPlain: boolean): void => {
    length = open === undefined ? text.length : length + text.length;
    if (length > MAX_ARGUMENT_BYTES) {
      throw new TooManyArguments();
    }
    open ??= [];
    open.push({ text, isPlain });
  };
  for (const part of word) {
    const text = await textOf(part, expansion);
    if (part.quoted || part.kind === 'text') {
      append(text, part.quoted);
      continue;
    }
    effort.take(Math.floor(text.length / CHARACTERS_A_STEP));
    if (effort.isLong) {
      await effort.rest();
    }
    for (const [stretch] of text.matchAll(/[ \t\n]+|[^ \t\n]+/g)) {
      if (!/^[ \t\n]/.test(stretch)) {
        append(stretch, false);
      } else if (open !== undefined) {
        yield open;
        open = undefined;
      }
    }
  }
  if (open !== undefined) {
    yield open;
  }
}
