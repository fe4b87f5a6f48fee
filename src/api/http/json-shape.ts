/** What the bytes of a JSON text tell without parsing it: one pass, no memory. */

/** Go's decoder stops at 10,000. Everything after us walks the tree by recursion, and no real object comes near this. */
const MAX_DEPTH = 1_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
const END_BRACKET = 0x5d;
const END_BRACE = 0x7d;

export interface JsonShape {
  readonly isTooDeep: boolean;
  /** Commas: about as many as values. */
  readonly separators: number;
  /** Keys as written, each as often as it is. */
  readonly keys: number;
}

/** Right for valid JSON; for any other bytes some answer. */
export function jsonShape(body: Buffer, maxDepth = MAX_DEPTH): JsonShape {
  let depth = 0;
  let deepest = 0;
  let separators = 0;
  let keys = 0;
  for (let i = 0; i < body.length; i += 1) {
    switch (body[i]) {
      case QUOTE:
        i = endOfString(body, i);
        break;
      case COMMA:
        separators += 1;
        break;
      case COLON:
        keys += 1;
        break;
      case BRACKET:
      case BRACE:
        depth += 1;
        deepest = Math.max(depth, deepest);
        break;
      case END_BRACKET:
      case END_BRACE:
        depth -= 1;
        break;
    }
  }
  return { isTooDeep: deepest > maxDepth, separators, keys };
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(body: Buffer, start: number): number {
  let i = start + 1;
  while (i < body.length && body[i] !== QUOTE) {
    i += body[i] === BACKSLASH ? 2 : 1;
  }
  return i;
}

/** Keys of the parsed value: fewer than as written when some are written twice. `value` is no deeper than the bound. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) {
    return 0;
  }
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : children.length;
  for (const child of children) {
    count += countKeys(child);
  }
  return count;
}
