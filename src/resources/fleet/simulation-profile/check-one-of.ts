/** A field that holds exactly one of several others, as unions of Kubernetes do, and the two kinds of text in them. */
import type { StatusCause } from '../../../errors.ts';
import { parseGoDuration } from '../../../values/kubelet-configuration/go-duration.ts';
import { parseQuantity } from '../../../values/quantity.ts';
import { forbiddenField, invalidField, requiredField } from '../../field-errors.ts';

export function checkOneOf<T extends object>(path: string, value: T, names: readonly (keyof T & string)[]) {
  const given = names.filter((name) => value[name] !== undefined);
  if (given.length === 0) {
    return [requiredField(path, `must specify one of: ${names.join(', ')}`)];
  }
  return given.slice(1).map((name) => forbiddenField(`${path}.${name}`, 'may not specify more than 1 of these fields'));
}

/** Thirty years: nothing that is counted in milliseconds from a start loses its precision. */
const MAX_MS = 1e12;

/** Milliseconds; 0 for what is no duration: that is told of by `checkDuration`. */
export const durationMs = (text: string | undefined): number => parseGoDuration(text ?? '') ?? 0;

export function checkDuration(path: string, text: string | undefined, least = 0): StatusCause[] {
  const ms = text === undefined ? least : parseGoDuration(text);
  if (ms === undefined) {
    return [invalidField(path, text, 'must be a duration such as 1h30m, 5s or 250ms')];
  }
  if (ms < least) {
    return [invalidField(path, text, least > 0 ? `must be at least ${least}ms` : 'must not be negative')];
  }
  return ms > MAX_MS ? [invalidField(path, text, 'must be no longer than 30 years')] : [];
}

export function checkAmount(path: string, text: string): StatusCause[] {
  const quantity = parseQuantity(text);
  return quantity === undefined || quantity.nanos < 0n
    ? [invalidField(path, text, 'must be a quantity that is not negative')]
    : [];
}
