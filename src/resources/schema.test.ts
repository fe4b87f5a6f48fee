import { describe, expect, it } from 'vitest';
import { RESOURCES, resourceId } from './index.ts';
import { reachableSchemas, schemaOf } from './schema.ts';

const POD = 'io.k8s.api.core.v1.Pod';

describe('schemas', () => {
  it.each(RESOURCES.map((definition) => [resourceId(definition), definition] as const))(
    '%s and its list are there and name their kind',
    (_id, { group, kind, version, listKind, schema }) => {
      const lists = schema.replace(/[^.]+$/, listKind);
      expect(schemaOf(schema)['x-kubernetes-group-version-kind']).toEqual([{ group, kind, version }]);
      expect(schemaOf(lists)['x-kubernetes-group-version-kind']).toEqual([{ group, kind: listKind, version }]);
      expect(schemaOf(lists).required).toEqual(['items']);
    },
  );

  it('refer to schemas that are there', () => {
    const all = reachableSchemas(RESOURCES.map(({ schema }) => schema));
    expect(Object.keys(all)).toEqual(Object.keys(all).sort());
    expect(Object.keys(all)).toContain('io.k8s.api.core.v1.EphemeralContainer');
    expect(Object.keys(all)).not.toContain('io.k8s.api.core.v1.Binding');
  });

  it('carry types, markers and words', () => {
    const { properties = {}, required } = schemaOf('io.k8s.api.core.v1.PodSpec');
    expect(required).toEqual(['containers']);
    expect(properties['containers']).toMatchObject({
      type: 'array',
      items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Container' },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
    });
    expect(properties['activeDeadlineSeconds']).toMatchObject({ type: 'integer', format: 'int64' });
    expect(schemaOf(POD).description).toContain('collection of containers');
  });

  it('throw for a name that is nowhere', () => {
    expect(() => schemaOf('io.k8s.api.core.v1.Nothing')).toThrow('no schema named');
  });
});
