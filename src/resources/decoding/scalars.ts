/** Decoders of JSON's own scalars. */
import { failure, mismatch, notStorable } from './failure.ts';
import type { Decoder, Walk } from './walk.ts';

/** Code units that need a look: NUL, which Postgres cannot hold, and surrogates, which may stand alone. */
const SUSPECT = /[\0\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** As Go reads it: a lone surrogate becomes U+FFFD. */
export function decodeText(text: string, walk: Walk, depth: number): string {
  if (!SUSPECT.test(text)) {
    return text;
  }
  if (text.includes('\0')) {
    throw notStorable(walk, depth);
  }
  return text.replace(LONE_SURROGATE, '\ufffd');
}

export const string: Decoder = (value, walk, depth) => {
  if (typeof value !== 'string') {
    throw mismatch(walk, depth, value);
  }
  return decodeText(value, walk, depth);
};

export const boolean: Decoder = (value, walk, depth) => {
  if (typeof value !== 'boolean') {
    throw mismatch(walk, depth, value);
  }
  return value;
};

export const double: Decoder = (value, walk, depth) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw mismatch(walk, depth, value);
  }
  return value;
};

function integer(min: number, max: number): Decoder {
  return (value, walk, depth) => {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw mismatch(walk, depth, value);
    }
    return value as number;
  };
}

export const int32 = integer(-(2 ** 31), 2 ** 31 - 1);

/** Beyond the safe integers JSON.parse has rounded already, so what we would keep is not what was sent. */
export const int64 = integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** Of whole groups of four. A pattern of the groups took 110 ms for 3 MB. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Go's base64 skips line ends and its output has none. */
export const bytes: Decoder = (value, walk, depth) => {
  if (typeof value !== 'string') {
    throw mismatch(walk, depth, value);
  }
  const text = value.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !BASE64.test(text)) {
    const at = text.search(/[^A-Za-z0-9+/]/);
    throw failure(walk, `illegal base64 data at input byte ${at === -1 ? text.length - (text.length % 4) : at}`);
  }
  return Buffer.from(text, 'base64').toString('base64');
};
