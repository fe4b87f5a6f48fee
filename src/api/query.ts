/** Query parameters as the router gives them: a repeated one is an array, of which the first counts, as in Kubernetes. */
import { badRequest } from '../errors.ts';

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export const allValues = (query: Query, name: string): readonly string[] => {
  const value = query[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
};

export const firstValue = (query: Query, name: string): string | undefined => allValues(query, name)[0];

/** Present and neither `0` nor `false` is true. Source: apimachinery's conversion of []string to bool. */
export function booleanValue(query: Query, name: string): boolean | undefined {
  const value = firstValue(query, name);
  return value === undefined ? undefined : value !== '0' && value.toLowerCase() !== 'false';
}

/** Digits of the largest int64, sign included. */
const INT64_CHARACTERS = 20;

/** Beyond what a number holds exactly, nothing here tells one from another. */
function clamped(text: string): number | undefined {
  const exact = text.length > INT64_CHARACTERS ? undefined : BigInt(text.replace('+', ''));
  return exact === undefined || BigInt.asIntN(64, exact) !== exact
    ? undefined
    : Math.sign(Number(exact)) * Number.MAX_SAFE_INTEGER;
}

/** A decimal integer; '' is absent. Throws 400 in Go's words. */
export function integerValue(query: Query, name: string): number | undefined {
  const text = firstValue(query, name);
  if (text === undefined || text === '') {
    return undefined;
  }
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const held = Number.isSafeInteger(value) ? value : clamped(text);
  if (held === undefined) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return held;
}

/** Both authorization and the handlers decide by this what a GET of a collection is. */
export const asksToWatch = (query: Query): boolean => booleanValue(query, 'watch') ?? false;
