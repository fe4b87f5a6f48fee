/**
 * Field errors in Kubernetes' words: one function a reason. Paths are texts such as `spec.containers[0].name`.
 * Source: k8s.io/apimachinery/pkg/util/validation/field/errors.go, 1.34.
 */
import type { StatusCause } from '../errors.ts';
import { isSameJson } from '../values/same-json.ts';

/** Of a name of 3 MB the answer, which tells of it four times, was 12 MB. */
const MAX_SHOWN = 10_000;

/** Texts are quoted, numbers and booleans bare, everything else is JSON. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function cause(reason: string, field: string, text: string, detail: string): StatusCause {
  return { reason, message: detail === '' ? text : `${text}: ${detail}`, field };
}

export const requiredField = (field: string, detail = ''): StatusCause =>
  cause('FieldValueRequired', field, 'Required value', detail);

export const invalidField = (field: string, value: unknown, detail: string): StatusCause =>
  cause('FieldValueInvalid', field, `Invalid value: ${show(value)}`, detail);

/** Where the value would say nothing, or too much: a rule between several fields. */
export const invalidState = (field: string, detail: string): StatusCause =>
  cause('FieldValueInvalid', field, 'Invalid value', detail);

export const duplicateField = (field: string, value: unknown): StatusCause =>
  cause('FieldValueDuplicate', field, `Duplicate value: ${show(value)}`, '');

/** The value names something that is not there (a mount of no volume). */
export const notFoundField = (field: string, value: unknown): StatusCause =>
  cause('FieldValueNotFound', field, `Not found: ${show(value)}`, '');

export const forbiddenField = (field: string, detail: string): StatusCause =>
  cause('FieldValueForbidden', field, 'Forbidden', detail);

export const unsupportedField = (field: string, value: unknown, supported: readonly string[]): StatusCause =>
  cause(
    'FieldValueNotSupported',
    field,
    `Unsupported value: ${show(value)}`,
    supported.length === 0 ? '' : `supported values: ${supported.map(show).join(', ')}`,
  );

export const tooLongField = (field: string, maxBytes: number): StatusCause =>
  cause('FieldValueTooLong', field, 'Too long', `may not be more than ${maxBytes} bytes`);

export const tooManyField = (field: string, count: number, max: number): StatusCause =>
  cause('FieldValueTooMany', field, `Too many: ${count}`, `must have at most ${max} items`);

/** One error a reason that a name rule gives against the text. */
export const violations = (rule: (text: string) => readonly string[], field: string, text: string): StatusCause[] =>
  rule(text).map((message) => invalidField(field, text, message));

/** A hundred are told (errors.ts): 98,000 of one body took 250 ms to make. */
const ENOUGH = 2_000;

/** What is wrong with the first of very many, each checked for itself. */
export function violationsOfEach<T>(
  items: readonly T[],
  check: (item: T, index: number) => readonly StatusCause[],
): StatusCause[] {
  const found: StatusCause[] = [];
  for (const [index, item] of items.entries()) {
    if (found.length >= ENOUGH) {
      break;
    }
    // One may have more than a call takes arguments.
    for (const cause of check(item, index)) {
      found.push(cause);
    }
  }
  return found;
}

/** A part that an update leaves as it was is spared: it was right once. `before` on an update. */
export const unlessSame = (causes: StatusCause[], part: object, before: object | undefined): StatusCause[] =>
  causes.length > 0 && before !== undefined && isSameJson(part, before) ? [] : causes;

export function checkNonNegative(field: string, value: number | undefined): StatusCause[] {
  return (value ?? 0) < 0 ? [invalidField(field, value, 'must be greater than or equal to 0')] : [];
}

export const checkImmutable = (field: string, value: unknown, isSame: boolean): StatusCause[] =>
  isSame ? [] : [invalidField(field, value, 'field is immutable')];
