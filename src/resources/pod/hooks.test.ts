import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodableObjects } from '../../../test/support/decodable-objects.ts';
import type { KubeObject } from '../../values/object.ts';
import { deployment } from '../apps/deployment.ts';
import { replicaSet } from '../apps/replicaset.ts';
import { pod } from '../core/pod.ts';
import type { ResourceDefinition } from '../define-resource.ts';

const KINDS = [pod, replicaSet, deployment] as unknown as readonly ResourceDefinition[];
const NOW = { now: Date.parse('2026-01-02T03:04:05Z') };
const RUNS = 300;

const defaulted = (definition: ResourceDefinition, object: KubeObject): KubeObject => {
  const copy = structuredClone(object);
  definition.applyDefaults?.(copy);
  return copy;
};

describe.each(KINDS.map((definition) => [definition.kind, definition] as const))('%s', (_kind, definition) => {
  const objects = decodableObjects(definition);

  it('has defaults that change nothing the second time', () => {
    fc.assert(
      fc.property(objects, (object) => {
        const once = defaulted(definition, object);
        expect(defaulted(definition, once)).toEqual(once);
      }),
      { numRuns: RUNS },
    );
  });

  it('validates, warns and prints whatever is decodable, and changes nothing by it', () => {
    fc.assert(
      fc.property(objects, fc.boolean(), (object, withDefaults) => {
        const before = withDefaults ? defaulted(definition, object) : object;
        const copy = structuredClone(before);
        const causes = [
          ...(definition.validate?.(copy) ?? []),
          ...(definition.validateUpdate?.(copy, copy) ?? []),
          ...(definition.validateStatusUpdate?.(copy, copy) ?? []),
        ];
        for (const { reason, message, field = '' } of causes) {
          expect(reason).toMatch(/^FieldValue/);
          expect(message).not.toMatch(/undefined|\[object/);
          expect(field).toMatch(/^(spec|status|metadata)/);
        }
        definition.warnings?.(copy);
        for (const value of Object.values(definition.fields(copy))) {
          expect(value).toBeTypeOf('string');
        }
        for (const { cell } of definition.columns) {
          expect(cell(copy, NOW)).toBeDefined();
        }
        definition.deletion?.gracePeriodSeconds?.(copy);
        expect(copy).toEqual(before);
      }),
      { numRuns: RUNS },
    );
  });

  it('takes any pair of objects for an update, and refuses none that changes nothing', () => {
    fc.assert(
      fc.property(objects, objects, (object, other) => {
        const [before, after] = [defaulted(definition, object), defaulted(definition, other)];
        const wanted = structuredClone(after);
        definition.prepareForUpdate?.(wanted, before, NOW);
        definition.validateUpdate?.(wanted, before);
        definition.validateStatusUpdate?.(wanted, before);
        const same = structuredClone(before);
        definition.prepareForUpdate?.(same, before, NOW);
        definition.applyDefaults?.(same);
        expect(same.spec).toEqual(before.spec);
        expect(definition.validateUpdate?.(same, before) ?? []).toEqual(
          definition.validateUpdate?.(before, before) ?? [],
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('drops the status of what is created', () => {
    fc.assert(
      fc.property(objects, (object) => {
        const created = structuredClone(object);
        definition.prepareForCreate?.(created, NOW);
        expect(['{}', '{"phase"']).toContain(JSON.stringify(created.status).match(/^(\{\}|\{"phase")/)?.[0]);
      }),
      { numRuns: 50 },
    );
  });
});
