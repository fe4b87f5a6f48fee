import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeProtobuf as clientsForm } from '../../../test/support/protobuf-encoder.ts';
import { schemaJson } from '../../../test/support/schema-json.ts';
import { decode } from '../decode.ts';
import type { ResourceDefinition } from '../define-resource.ts';
import { RESOURCES } from '../index.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../schema.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { encodeProtobuf } from './encode-protobuf.ts';
import { LEAVES } from './leaves.ts';
import { fieldsOf } from './parse-fields.ts';
import { ROOT_COMPONENTS } from './roots.ts';

type TypedJson = Parameters<typeof encodeProtobuf>[0];

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

const KINDS = RESOURCES.filter(({ schema }) => ROOT_COMPONENTS.includes(schema)).map((of) => [of.kind, of] as const);

/** Any object of the kind as it is stored, but for what has no number. */
function anyStored(definition: ResourceDefinition): fc.Arbitrary<TypedJson> {
  const { group, version, kind, schema } = definition;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return schemaJson(schema, 0, 9)
    .filter((json) => !JSON.stringify(json).includes('\\u0000'))
    .map((json) => {
      const { object } = decode(definition, { ...(json as object), apiVersion, kind });
      // Only the outermost object's type is told, by the envelope.
      const numbered = numberedFields(schema, object as unknown as Record<string, unknown>);
      return { ...numbered, apiVersion, kind } as unknown as TypedJson;
    });
}

describe('protobuf', () => {
  it.each(KINDS)('reads what a client wrote of any %s', (_, definition) => {
    fc.assert(
      fc.property(anyStored(definition), (sent) => {
        const { object } = decode(definition, decodeProtobuf(clientsForm(definition.schema, sent)));
        expect(bare(object)).toEqual(bare(sent));
      }),
      { numRuns: 150 },
    );
  });

  it.each(KINDS)('is written of any %s as it is read, zeros of pointers included', (_, definition) => {
    fc.assert(
      fc.property(anyStored(definition), (stored) => {
        const { object } = decode(definition, decodeProtobuf(encodeProtobuf(stored)));
        expect(bare(object)).toEqual(bare(stored));
        // Written once more it is the same to the byte: nothing that the first pass kept is lost.
        const again = object as unknown as TypedJson;
        expect(decodeProtobuf(encodeProtobuf(again))).toEqual(JSON.parse(JSON.stringify(again)));
      }),
      { numRuns: 150 },
    );
  });
});
