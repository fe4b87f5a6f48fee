/** Arbitrary objects of a kind, as decoding lets them through: types right, anything missing, any text anywhere. */
import fc from 'fast-check';
import { decode } from '../../src/resources/decode.ts';
import type { ResourceDefinition } from '../../src/resources/define-resource.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../../src/resources/schema.ts';
import type { KubeObject } from '../../src/values/object.ts';

const TEXTS = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'A_B', 'a.b', '__proto__', 'constructor', '../x', '/abs', '$(A)', ' busybox:latest '),
  fc.constantFrom('Always', 'Never', 'OnFailure', 'In', 'Exists', 'Gt', 'Recreate', 'RollingUpdate', 'None'),
  fc.constantFrom('cpu', 'memory', 'hugepages-2Mi', 'example.com/gpu', 'kubernetes.io/os', '10.0.0.1', 'fe80::1'),
  fc.constantFrom('metadata.name', "metadata.labels['a']", 'limits.cpu', 'True', 'Completed', 'NoExecute', 'HTTP'),
  fc.string({ maxLength: 20 }),
);
const LEAVES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': fc.constantFrom('0', '1', '-1', '100m', '1.5Gi', '1e3'),
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': fc.oneof(
    fc.integer({ min: -1, max: 70_000 }),
    fc.constantFrom('', '0%', '25%', '101%', 'http', '9%9'),
  ),
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': fc.constantFrom('2026-01-02T03:04:05Z', '1970-01-01T00:00:00Z'),
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': fc.constant('2026-01-02T03:04:05.000000Z'),
};
const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: TEXTS,
  integer: fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom(80, 421, 65_536, 2 ** 31 - 1)),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
};

function objectOf(properties: Readonly<Record<string, OpenApiSchema>>, depth: number): fc.Arbitrary<unknown> {
  return fc
    .subarray(Object.keys(properties), { maxLength: Math.min(8, Object.keys(properties).length) })
    .chain((names) =>
      fc.record(Object.fromEntries(names.map((name) => [name, arbitraryOf(properties[name] ?? {}, depth - 1)]))),
    );
}

function arbitraryOf(schema: OpenApiSchema, depth: number): fc.Arbitrary<unknown> {
  const component = referenceOf(schema);
  const leaf = component === undefined ? undefined : LEAVES[component];
  if (leaf !== undefined) {
    return leaf;
  }
  const {
    items,
    additionalProperties,
    properties,
    type = 'object',
  } = component === undefined ? schema : schemaOf(component);
  if (items !== undefined) {
    return depth <= 0 ? fc.constant([]) : fc.array(nullable(items, depth), { maxLength: 3 });
  }
  if (additionalProperties !== undefined) {
    return depth <= 0 ? fc.constant({}) : fc.dictionary(TEXTS, nullable(additionalProperties, depth), { maxKeys: 3 });
  }
  if (properties !== undefined) {
    return depth <= 0 ? fc.constant({}) : objectOf(properties, depth);
  }
  return SCALARS[type] ?? fc.constant({});
}

/** A null in a list or map decodes to the type's zero value. */
const nullable = (schema: OpenApiSchema, depth: number): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: arbitraryOf(schema, depth - 1) }, { weight: 1, arbitrary: fc.constant(null) });

/** Always with a `spec`, where the rules are. */
export function decodableObjects(definition: ResourceDefinition, depth = 9): fc.Arbitrary<KubeObject> {
  const { properties = {} } = schemaOf(definition.schema);
  const part = (name: string) => arbitraryOf(properties[name] ?? {}, depth);
  return fc
    .record({ metadata: part('metadata'), spec: part('spec'), status: part('status') }, { requiredKeys: ['spec'] })
    .map((body) => ({ apiVersion: 'v1', kind: definition.kind, ...body }))
    .filter((body) => !JSON.stringify(body).includes('\\u0000'))
    .map((body) => decode(definition, body).object);
}
