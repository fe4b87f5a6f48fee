/** JSON as clients send it; failures in the words of Go's encoding/json, which tools and people look for. */
import { StatusError } from '../../errors.ts';
import { duplicateFields } from './duplicate-fields.ts';
import { countKeys, jsonShape } from './json-shape.ts';

/**
 * As many values as a JSON patch of the most operations that Kubernetes takes has, and a few more. Each passes decoding,
 * defaults and validation on the one thread that answers everybody: 100,000 held it for a second. A flat map is no cheaper: of
 * 50,000 keys of a ConfigMap an update compares for 80 ms and works out what the creator owns for 110 ms, each in one turn.
 */
const MAX_VALUES = 50_000;

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

export interface ParsedBody {
  readonly value: unknown;
  /** What strict decoding complains of, in its words. */
  readonly complaints: readonly string[];
}

/** Not JSON. The message is that of a body that should be an object; others begin otherwise. */
export class NotJson extends StatusError {
  /** In the words of Go's encoding/json. */
  readonly why: string;

  constructor(why: string, options?: ErrorOptions) {
    super('BadRequest', `couldn't get version/kind; json parse error: ${why}`, undefined, options);
    this.why = why;
  }
}

/** Throws 400 and 413. Keys such as `__proto__` stay data; of duplicate keys the last counts, as in Go. */
export function parseJson(body: Buffer): ParsedBody {
  const { isTooDeep, separators, keys } = jsonShape(body);
  if (isTooDeep) {
    throw new NotJson('exceeded max depth');
  }
  if (separators > MAX_VALUES) {
    throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${MAX_VALUES} values`, {});
  }
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NotJson(inGoWords((error as Error).message, text), { cause: error });
  }
  // Counting tells, at a fraction of the cost of looking, that there is something to look for.
  const duplicates = keys > countKeys(value) ? duplicateFields(text) : [];
  return { value, complaints: duplicates.map((field) => `duplicate field ${JSON.stringify(field)}`) };
}
