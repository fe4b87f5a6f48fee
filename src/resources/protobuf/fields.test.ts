import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../index.ts';
import { type OpenApiSchema, reachableSchemas } from '../schema.ts';
import { FIELDS } from './fields/index.ts';
import { LEAVES } from './leaves.ts';
import { type Field, fieldsOf } from './parse-fields.ts';
import { ROOT_COMPONENTS } from './roots.ts';

/** The schemas are of a later release. In 1.34, which these tables follow, the fields have no number: they are skipped. */
const LATER_THAN_1_34: readonly string[] = [
  'CSIDriverSpec.preventPodSchedulingIfMissing',
  'CSIDriverSpec.serviceAccountTokenInSecrets',
  'ListMeta.shardInfo',
  'NodeStatus.declaredFeatures',
  'PodCertificateProjection.userAnnotations',
  'PodSpec.schedulingGroup',
  'PodStatus.allocatedResources',
  'PodStatus.nodeAllocatableResourceClaimStatuses',
  'PodStatus.resources',
  'ResourceHealth.message',
  'VolumeMountStatus.volumeStatus',
];
const LATER_MESSAGES: readonly string[] = [
  'ImageVolumeStatus',
  'NodeAllocatableResourceClaimStatus',
  'PodSchedulingGroup',
  'ShardInfo',
  'VolumeStatus',
];

const shortName = (component: string): string => component.slice(component.lastIndexOf('.') + 1);

/** Inlined structs' fields in their place. */
const flat = (fields: readonly Field[]): string[] =>
  fields.flatMap(({ name, form }) => (form === 'inline' ? flat(fieldsOf(name)) : [name]));

/** An object's type is not part of its message. */
const propertiesOf = (schema: OpenApiSchema): string[] =>
  Object.keys(schema.properties ?? {}).filter(
    (name) => schema['x-kubernetes-group-version-kind'] === undefined || (name !== 'apiVersion' && name !== 'kind'),
  );

const reachable = Object.entries(reachableSchemas(ROOT_COMPONENTS)).filter(([component]) => !LEAVES.has(component));
const messages = reachable.filter(([component]) => !LATER_MESSAGES.includes(shortName(component)));

describe('field numbers', () => {
  it('cover the kinds of Kubernetes', () => {
    const kinds = RESOURCES.filter(({ group }) => group !== 'fleet.flotilla.dev').map(({ schema }) => schema);
    const missing = kinds.filter((schema) => !ROOT_COMPONENTS.includes(schema)).map(shortName);
    expect(missing).toEqual([]);
  });

  it.each(messages)('%s has every field of its schema and no other', (component, schema) => {
    const later = LATER_THAN_1_34.map((path) => path.split('.'))
      .filter(([message]) => message === shortName(component))
      .map(([, field]) => field);
    expect(flat(fieldsOf(component)).sort()).toEqual(
      propertiesOf(schema)
        .filter((n) => !later.includes(n))
        .sort(),
    );
  });

  it.each([...FIELDS.keys()])('%s uses each number once', (component) => {
    const numbers = fieldsOf(component).map(({ number }) => number);
    expect(numbers.every((number) => number > 0)).toBe(true);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('are of messages that are in use', () => {
    const inlined = [...FIELDS.keys()]
      .flatMap(fieldsOf)
      .filter(({ form }) => form === 'inline')
      .map(({ name }) => name);
    const used = new Set([...messages.map(([component]) => component), ...inlined]);
    expect([...FIELDS.keys()].filter((component) => !used.has(component))).toEqual([]);
  });
});
