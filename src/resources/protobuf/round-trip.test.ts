import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeProtobuf } from '../../../test/support/protobuf-encoder.ts';
import { schemaJson } from '../../../test/support/schema-json.ts';
import { decode } from '../decode.ts';
import { RESOURCES } from '../index.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../schema.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { LEAVES } from './leaves.ts';
import { fieldsOf } from './parse-fields.ts';
import { ROOT_COMPONENTS } from './roots.ts';

/** Without what may stand for absent: zeros and what is empty. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(bare);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const isEmpty = (field: unknown) =>
    field === '' ||
    field === 0 ||
    field === false ||
    (typeof field === 'object' && Object.keys(field ?? {}).length < 1);
  const entries = Object.entries(value).map(([name, field]) => [name, bare(field)] as const);
  return Object.fromEntries(entries.filter(([, field]) => !isEmpty(field)));
}

/** Without the fields that have no number: those that came after 1.34. */
function numberedOnly(schema: OpenApiSchema, value: unknown): unknown {
  const component = referenceOf(schema);
  if (component !== undefined && !LEAVES.has(component)) {
    return numberedFields(component, value as Record<string, unknown>);
  }
  const { items, additionalProperties } = schema;
  if (items !== undefined) {
    return (value as unknown[]).map((item) => numberedOnly(items, item));
  }
  return additionalProperties === undefined
    ? value
    : Object.fromEntries(
        Object.entries(value as object).map(([key, of]) => [key, numberedOnly(additionalProperties, of)]),
      );
}

function numberedFields(component: string, value: Record<string, unknown>): Record<string, unknown> {
  const { properties = {} } = schemaOf(component);
  const names = new Set(flatNames(component));
  const kept = Object.entries(value).filter(([name]) => names.has(name));
  return Object.fromEntries(kept.map(([name, field]) => [name, numberedOnly(properties[name] ?? {}, field)]));
}

const flatNames = (component: string): string[] =>
  fieldsOf(component).flatMap(({ name, form }) => (form === 'inline' ? flatNames(name) : [name]));

describe('decodeProtobuf', () => {
  it.each(RESOURCES.filter(({ schema }) => ROOT_COMPONENTS.includes(schema)).map((of) => [of.kind, of] as const))(
    'reads what a client wrote of any %s',
    (kind, definition) => {
      const apiVersion = definition.group === '' ? 'v1' : `${definition.group}/${definition.version}`;
      fc.assert(
        fc.property(schemaJson(definition.schema, 0, 9), (json) => {
          fc.pre(!JSON.stringify(json).includes('\\u0000'));
          const { object } = decode(definition, { ...(json as object), apiVersion, kind });
          // Only the outermost object's type is told, by the envelope.
          const numbered = numberedFields(definition.schema, object as unknown as Record<string, unknown>);
          const sent = { ...numbered, apiVersion, kind };
          const { object: received } = decode(definition, decodeProtobuf(encodeProtobuf(definition.schema, sent)));
          expect(bare(received)).toEqual(bare(sent));
        }),
        { numRuns: 150 },
      );
    },
  );
});
