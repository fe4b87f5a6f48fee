/** Numbers of pods, or parts of them. Source: pkg/apis/apps/validation, ValidatePositiveIntOrPercent, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { checkNonNegative, invalidField } from '../field-errors.ts';

/** An integer, or a percentage such as `25%`. */
export type IntOrPercent = number | string;

const PERCENT = /^[0-9]+%$/;
const NO_PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' " +
  "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

const isPercent = (value: IntOrPercent): value is string => typeof value === 'string' && PERCENT.test(value);

/** The number itself, or that of the percentage. */
export const magnitude = (value: IntOrPercent): number => Number.parseInt(String(value), 10) || 0;

export function checkIntOrPercent(path: string, value: IntOrPercent): StatusCause[] {
  if (typeof value === 'number') {
    return checkNonNegative(path, value);
  }
  return isPercent(value) ? [] : [invalidField(path, value, NO_PERCENT)];
}

export const checkAtMostAll = (path: string, value: IntOrPercent): StatusCause[] =>
  isPercent(value) && magnitude(value) > 100 ? [invalidField(path, value, 'must not be greater than 100%')] : [];
