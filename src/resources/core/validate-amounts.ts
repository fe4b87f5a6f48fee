/** What a node has or keeps back. Source: pkg/apis/core/validation ValidateResourceQuantityValue, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { invalidField } from '../field-errors.ts';

const UNIT = 10n ** 9n;

/** Pods and extended resources (GPUs) come whole. */
const isWhole = (resource: string): boolean =>
  resource === 'pods' || (resource.includes('/') && !resource.includes('kubernetes.io/'));

/** Decoding has made the texts quantities. */
export function validateAmounts(field: string, amounts: Readonly<Record<string, string>>): StatusCause[] {
  return Object.entries(amounts).flatMap(([resource, text]) => {
    const at = `${field}.${resource}`;
    const nanos = parseQuantity(text)?.nanos ?? 0n;
    const isBroken = isWhole(resource) && nanos % UNIT !== 0n;
    return [
      ...(nanos < 0n ? [invalidField(at, text, 'must be greater than or equal to 0')] : []),
      ...(isBroken ? [invalidField(at, text, 'must be an integer')] : []),
    ];
  });
}
