/** What ConfigMap and Secret share. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { forbiddenField } from '../field-errors.ts';

/** Bytes of all values together. */
export const DATA_LIMIT = 1024 * 1024;

/** Of base64 values, in bytes. */
export const decodedSize = (data: Readonly<Record<string, string>>): number =>
  Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);

const WHY = 'field is immutable when `immutable` is set';

/** An object that was made immutable stays so, and keeps what is in `fields`. */
export function validateImmutable<T extends { immutable?: boolean }>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): StatusCause[] {
  if (old.immutable !== true) {
    return [];
  }
  const changed = fields.filter((field) => !isDeepStrictEqual(object[field] ?? {}, old[field] ?? {}));
  return [...(object.immutable === true ? [] : ['immutable']), ...changed].map((field) => forbiddenField(field, WHY));
}
