/** A stored body in two: its entries, of a long object half of it, and all the rest. Without parsing either. */
import { decodeObject, type ObjectText } from '../../storage/stored-object.ts';
import type { KubeObject } from '../../values/object.ts';
import { METADATA } from './short-entries.ts';

/** Behind the text that begins with the quote at `at`. */
function endOfText(json: string, at: number): number {
  let end = at;
  let isEscaped = true;
  while (isEscaped) {
    end = json.indexOf('"', end + 1);
    let escapes = 0;
    while (json[end - 1 - escapes] === '\\') {
      escapes += 1;
    }
    isEscaped = escapes % 2 === 1;
  }
  return end + 1;
}

/** A member's value as it stands in canonical JSON: up to the comma or the bracket behind it. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const character = json[at];
    if (character === '"') {
      at = endOfText(json, at);
      continue;
    }
    if (depth === 0 && (character === ',' || character === '}')) {
      return at;
    }
    depth += character === '{' || character === '[' ? 1 : character === '}' || character === ']' ? -1 : 0;
    at += 1;
  }
  return at;
}

interface SplitBody {
  readonly rest: string;
  /** undefined: it has none. */
  readonly entries: string | undefined;
}

export function splitBody(body: string): SplitBody {
  const first = body.indexOf(METADATA) + METADATA.length;
  for (let at = first; body[at] === '"'; ) {
    const colon = endOfText(body, at);
    const end = endOfValue(body, colon + 1);
    if (body.slice(at, colon) === '"managedFields"') {
      // Metadata always has others, before it or after it.
      const [head, tail] = body[end] === ',' ? [at, end + 1] : [at - 1, end];
      return { rest: body.slice(0, head) + body.slice(tail), entries: body.slice(colon + 1, end) };
    }
    at = body[end] === ',' ? end + 1 : end;
  }
  return { rest: body, entries: undefined };
}

/** As `decodeObject`, but for the entries, which are told as text. */
export function decodeSplit({ body, revision }: ObjectText): { object: KubeObject; entries: string | undefined } {
  const { rest, entries } = splitBody(body);
  return { object: decodeObject({ body: rest, revision }), entries };
}
