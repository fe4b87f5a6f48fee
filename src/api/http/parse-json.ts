/** JSON as clients send it; failures in the words of Go's encoding/json, which tools and people look for. */
import { badRequest } from '../../errors.ts';

/** Go's decoder stops at 10,000. Everything after us walks the tree by recursion, and no real object comes near this. */
const MAX_DEPTH = 1_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Looks at the bytes only: a body that is too deep is never parsed. */
export function exceedsDepth(body: Buffer, max = MAX_DEPTH): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) {
        i += 1;
      } else if (byte === QUOTE) {
        inString = false;
      }
    } else if (byte === QUOTE) {
      inString = true;
    } else if (OPENING.has(byte)) {
      depth += 1;
      if (depth > max) {
        return true;
      }
    } else if (CLOSING.has(byte)) {
      depth -= 1;
    }
  }
  return false;
}

/** V8's complaint → where Go says the character was met. */
const CONTEXTS: readonly (readonly [RegExp, string])[] = [
  [/':' after/, 'after object key'],
  [/property name/, 'looking for beginning of object key string'],
  [/after property value/, 'after object key:value pair'],
  [/after array element/, 'after array element'],
  [/after JSON/, 'after top-level value'],
  [/control character/, 'in string literal'],
  [/[Ee]scape/, 'in string escape code'],
  [/number|Exponent|minus/, 'in numeric literal'],
];

function inGoWords(complaint: string, text: string): string {
  if (/Unexpected end|Unterminated string/.test(complaint)) {
    return 'unexpected end of JSON input';
  }
  const position = /at position (\d+)/.exec(complaint)?.[1];
  const character = /Unexpected token '(.)'/su.exec(complaint)?.[1] ?? text.charAt(Number(position ?? 0));
  if (character === '') {
    return 'unexpected end of JSON input';
  }
  const context = CONTEXTS.find(([pattern]) => pattern.test(complaint))?.[1] ?? 'looking for beginning of value';
  const shown = character === "'" ? `'\\''` : `'${JSON.stringify(character).slice(1, -1).replace('\\"', '"')}'`;
  return `invalid character ${shown} ${context}`;
}

/** Throws 400. Keys such as `__proto__` stay data; of duplicate keys the last counts, as in Go. */
export function parseJson(body: Buffer): unknown {
  if (exceedsDepth(body)) {
    throw badRequest("couldn't get version/kind; json parse error: exceeded max depth");
  }
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = inGoWords((error as Error).message, text);
    throw badRequest(`couldn't get version/kind; json parse error: ${why}`, { cause: error });
  }
}
