/** Decoders of the types that have a JSON form of their own, by the name of their component. */
import { setOwn } from '../../values/json.ts';
import type { Json, JsonObject } from '../../values/object.ts';
import { canonicalQuantity } from '../../values/quantity.ts';
import { formatTime, parseTime } from '../../values/rfc3339.ts';
import { failure, leafMismatch, mismatch } from './failure.ts';
import { decodeText } from './scalars.ts';
import { type Decoder, isRecord, type Walk } from './walk.ts';

const INT32_LIMIT = 2 ** 31;

/** A number is taken as its text. Both forms end canonical, so that equal amounts are equal text. */
const quantity: Decoder = (value, walk) => {
  const text = typeof value === 'number' ? String(value) : value;
  const canonical = typeof text === 'string' ? canonicalQuantity(text) : undefined;
  if (canonical === undefined) {
    throw failure(walk, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
  return canonical;
};

const intOrString: Decoder = (value, walk, depth) => {
  if (typeof value === 'string') {
    return decodeText(value, walk, depth);
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= -INT32_LIMIT && value < INT32_LIMIT) {
    return value;
  }
  throw leafMismatch(walk, value, 'int32');
};

/** Years 1 to 9999: beyond them RFC 3339 has no form. */
const FIRST_TIME = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME = Date.UTC(10_000, 0, 1) - 1;

function decodeTime(value: unknown, layout: string, walk: Walk): number {
  if (typeof value !== 'string') {
    throw leafMismatch(walk, value, 'string');
  }
  const ms = parseTime(value);
  if (ms === undefined || ms < FIRST_TIME || ms > LAST_TIME) {
    const shown = JSON.stringify(value);
    throw failure(walk, `parsing time ${shown} as "${layout}": cannot parse ${shown} as "2006"`);
  }
  return ms;
}

const time: Decoder = (value, walk) => formatTime(decodeTime(value, '2006-01-02T15:04:05Z07:00', walk));

/** The digits beyond the milliseconds come from the text: no Date holds them. */
const microTime: Decoder = (value, walk) => {
  const seconds = formatTime(decodeTime(value, '2006-01-02T15:04:05.000000Z07:00', walk)).slice(0, -1);
  const fraction = /\.(\d+)/.exec(String(value))?.[1] ?? '';
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
};

/** Far above any real object, far below where a recursive walk or JSON.stringify would overflow the stack. */
const MAX_DEPTH = 500;

function copyJson(value: unknown, walk: Walk, depth: number): Json {
  if (depth > MAX_DEPTH) {
    throw failure(walk, 'json: exceeded max depth');
  }
  if (typeof value === 'string') {
    return decodeText(value, walk, depth);
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => {
      walk.path[depth] = i;
      return copyJson(item, walk, depth + 1);
    });
  }
  return isRecord(value) ? copyRecord(value, walk, depth) : (value as Json);
}

function copyRecord(value: Record<string, unknown>, walk: Walk, depth: number): JsonObject {
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    walk.path[depth] = key;
    addKey(copy, decodeText(key, walk, depth + 1), copyJson(item, walk, depth + 1));
  }
  return copy;
}

/** Plain assignment but for `__proto__`: defining every key would make the copy a slow dictionary. */
export function addKey(target: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    setOwn(target, key, value);
  } else {
    target[key] = value;
  }
}

const freeForm: Decoder = (value, walk, depth) => {
  if (!isRecord(value)) {
    throw mismatch(walk, depth, value);
  }
  return copyRecord(value, walk, depth);
};

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const LEAVES: Readonly<Record<string, Decoder>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': quantity,
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': intOrString,
  'io.k8s.apimachinery.pkg.runtime.RawExtension': freeForm,
  [`${META}.FieldsV1`]: freeForm,
  [`${META}.MicroTime`]: microTime,
  [`${META}.Time`]: time,
};
