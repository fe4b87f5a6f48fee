/**
 * The bounds that a schema sets (minimum, maximum, minItems, minLength), as Kubernetes checks those of a custom
 * resource and in its words. Kubernetes' own kinds have none: their validation is written by hand.
 */
import type { StatusCause } from '../errors.ts';
import { invalidField } from './field-errors.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from './schema.ts';

/** `value` was decoded by the same schema, so its types are right. */
export const validateBounds = (component: string, value: unknown, path: string): StatusCause[] =>
  check(schemaOf(component), value, path);

function check(given: OpenApiSchema, value: unknown, path: string): StatusCause[] {
  const component = referenceOf(given);
  const schema = component === undefined ? given : schemaOf(component);
  if (typeof value === 'number') {
    return checkNumber(schema, value, path);
  }
  if (typeof value === 'string') {
    return checkLength(schema, value, path);
  }
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return [...checkLength(schema, value, path), ...value.flatMap((item, i) => check(items, item, `${path}[${i}]`))];
  }
  const { properties = {}, additionalProperties } = schema;
  return Object.entries((value ?? {}) as object).flatMap(([name, item]) => {
    const of = additionalProperties ?? (Object.hasOwn(properties, name) ? properties[name] : undefined);
    return of === undefined ? [] : check(of, item, `${path}.${name}`);
  });
}

function checkNumber({ minimum, maximum }: OpenApiSchema, value: number, path: string): StatusCause[] {
  const why =
    minimum !== undefined && value < minimum
      ? `should be greater than or equal to ${minimum}`
      : maximum !== undefined && value > maximum
        ? `should be less than or equal to ${maximum}`
        : undefined;
  return why === undefined ? [] : [invalidField(path, value, `${path} in body ${why}`)];
}

function checkLength(schema: OpenApiSchema, value: string | unknown[], path: string): StatusCause[] {
  const { minItems = 0, minLength = 0 } = schema;
  if (typeof value === 'string') {
    const isShort = value.length < minLength;
    return isShort ? [invalidField(path, value, `${path} in body should be at least ${minLength} chars long`)] : [];
  }
  const isShort = value.length < minItems;
  return isShort ? [invalidField(path, value.length, `${path} in body should have at least ${minItems} items`)] : [];
}
