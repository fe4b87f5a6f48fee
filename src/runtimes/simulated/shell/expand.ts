/** Words to fields: variables, substituted commands, splitting. Source: POSIX sh, section 2.6, without globs. */
import type { Part, Word } from './syntax.ts';

export interface Expansion {
  readonly variable: (name: string) => string | undefined;
  /** Runs the source; its output without the newlines at its end. */
  readonly substitute: (source: string) => Promise<string>;
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
    let open: string | undefined;
    for (const part of word) {
      const text = await textOf(part, expansion);
      if (part.quoted || part.kind === 'text') {
        open = (open ?? '') + text;
        continue;
      }
      const [first = '', ...more] = text.split(/[ \t\n]+/);
      if (first !== '') {
        open = (open ?? '') + first;
      }
      for (const field of more) {
        if (open !== undefined) {
          fields.push(open);
        }
        open = field === '' ? undefined : field;
      }
    }
    if (open !== undefined) {
      fields.push(open);
    }
  }
  return fields;
}
