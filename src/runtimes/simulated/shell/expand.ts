/** Words to fields: variables, substituted commands, splitting, pathnames. Source: POSIX sh, section 2.6. */
import type { Run } from './glob.ts';
import type { Part, Word } from './syntax.ts';

export interface Expansion {
  readonly variable: (name: string) => string | undefined;
  /** Runs the source; its output without the newlines at its end. */
  readonly substitute: (source: string) => Promise<string>;
  /** The paths that a field matches, or itself. */
  readonly paths: (field: readonly Run[]) => Promise<readonly string[]>;
}

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

export async function expandToText(word: Word, expansion: Expansion): Promise<string> {
  let text = '';
  for (const part of word) {
    text += await textOf(part, expansion);
  }
  return text;
}

/** What stands unquoted and is no literal is split at blanks; a word may give no field at all. */
export async function expandToFields(words: readonly Word[], expansion: Expansion): Promise<string[]> {
  const fields: string[] = [];
  for (const word of words) {
    for (const field of await split(word, expansion)) {
      for (const path of await expansion.paths(field)) {
        fields.push(path);
      }
    }
  }
  return fields;
}

async function split(word: Word, expansion: Expansion): Promise<Run[][]> {
  const fields: Run[][] = [];
  let open: Run[] | undefined;
  const append = (text: string, isPlain: boolean): void => {
    open ??= [];
    open.push({ text, isPlain });
  };
  for (const part of word) {
    const text = await textOf(part, expansion);
    if (part.quoted || part.kind === 'text') {
      append(text, part.quoted);
      continue;
    }
    const [first = '', ...more] = text.split(/[ \t\n]+/);
    if (first !== '') {
      append(first, false);
    }
    for (const field of more) {
      if (open !== undefined) {
        fields.push(open);
      }
      open = undefined;
      if (field !== '') {
        append(field, false);
      }
    }
  }
  return open === undefined ? fields : [...fields, open];
}
