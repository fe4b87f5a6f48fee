/** What a node has or keeps back. Source: pkg/apis/core/validation ValidateResourceQuantityValue, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { invalidField, violations } from '../field-errors.ts';

/** Divisible ones; pods, huge pages' counts and extended resources come whole. */
const DIVISIBLE = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage']);
const UNIT = 10n ** 9n;

const isDivisible = (resource: string): boolean => DIVISIBLE.has(resource) || resource.startsWith('hugepages-');

/** Decoding has made the texts quantities. */
export function validateAmounts(field: string, amounts: Readonly<Record<string, string>>): StatusCause[] {
  return Object.entries(amounts).flatMap(([resource, text]) => {
    const at = `${field}[${resource}]`;
    const nanos = parseQuantity(text)?.nanos ?? 0n;
    const isBroken = !isDivisible(resource) && nanos % UNIT !== 0n;
    return [
      ...violations(isQualifiedName, at, resource),
      ...(nanos < 0n ? [invalidField(at, text, 'must be greater than or equal to 0')] : []),
      ...(isBroken ? [invalidField(at, text, 'must be an integer')] : []),
    ];
  });
}
