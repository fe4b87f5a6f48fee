import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaJson } from '../../test/support/schema-json.ts';
import type { KubeObject } from '../values/object.ts';
import { decode } from './decode.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { RESOURCES, resourceId } from './index.ts';

const NOW = { now: Date.parse('2026-01-02T03:04:05Z') };
const RUNS = { numRuns: 150 };

const objects = (definition: ResourceDefinition): fc.Arbitrary<KubeObject> =>
  schemaJson(definition.schema, 0).map(
    (body) => decode(definition, { ...(body as object), apiVersion: 'v1', kind: definition.kind }).object,
  );

describe.each(RESOURCES.map((definition) => [resourceId(definition), definition] as const))('%s', (_id, definition) => {
  const defaulted = (object: KubeObject): KubeObject => {
    const copy = structuredClone(object);
    definition.applyDefaults?.(copy);
    return copy;
  };

  it('has defaults that the second time change nothing, and that are valid types', () => {
    fc.assert(
      fc.property(objects(definition), (object) => {
        const once = defaulted(object);
        expect(defaulted(once)).toEqual(once);
        expect(decode(definition, once)).toEqual({ object: once, unknownFields: [] });
      }),
      RUNS,
    );
  });

  it('takes any decodable object through its hooks, which change nothing that they only look at', () => {
    fc.assert(
      fc.property(objects(definition), objects(definition), (given, old) => {
        const object = defaulted(given);
        const before = structuredClone(object);
        definition.validate?.(object);
        definition.validateUpdate?.(object, old);
        definition.validateStatusUpdate?.(object, old);
        definition.warnings?.(object);
        definition.deletion?.gracePeriodSeconds?.(object);
        definition.deletion?.holds?.(object);
        const cells = definition.columns.map(({ cell }) => cell(object, NOW));
        expect(cells.every((cell) => cell === null || ['string', 'number', 'boolean'].includes(typeof cell))).toBe(
          true,
        );
        const fields = definition.fields(object);
        expect(definition.selectableFields.filter((field) => typeof fields[field] !== 'string')).toEqual([]);
        expect(isDeepStrictEqual(object, before)).toBe(true);
      }),
      RUNS,
    );
  });

  it('prepares any decodable object for its writes', () => {
    fc.assert(
      fc.property(objects(definition), objects(definition), (object, old) => {
        definition.prepareForUpdate?.(structuredClone(object), old, NOW);
        definition.prepareForCreate?.(object, NOW);
        definition.deletion?.begin?.(object);
        expect(object.kind).toBe(definition.kind);
      }),
      RUNS,
    );
  });
});

it('every kind prints its name first', () => {
  for (const { columns, kind } of RESOURCES.filter(({ kind }) => kind !== 'Event')) {
    expect([kind, columns[0]?.name]).toEqual([kind, 'Name']);
  }
});
