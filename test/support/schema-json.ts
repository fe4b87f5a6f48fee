/** Arbitrary JSON bodies of a component: mostly as its schema asks, so that they get deep, with faults here and there. */
import fc from 'fast-check';
import { type OpenApiSchema, referenceOf, schemaOf } from '../../src/resources/schema.ts';

const junk = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null), fc.constant([{}]));

const TIMES = ['2024-01-02T03:04:05.5Z', '2024-01-02T03:04:05+01:00'];
const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.oneof(
    fc.string(),
    fc.constantFrom('', '__proto__', 'YWJj', 'NoSchedule', 'Ready', '10.0.0.0/24', ...TIMES),
  ),
  'date-time': fc.constantFrom(...TIMES),
  'int-or-string': fc.constantFrom('1', '25%', 'http', 80, -1),
  byte: fc.constantFrom('', 'YWJj', 'AA=='),
  integer: fc.integer(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  amount: fc.constantFrom('1', '0.5', '1.5Gi', '-3e2', '1e-20', 7, 1.5, 1e300),
  object: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean())),
};

/** `faults`: how many of sixteen values are of any type. */
export function schemaJson(component: string, faults: number, depth = 5): fc.Arbitrary<unknown> {
  return exact({ $ref: `#/components/schemas/${component}` }, faults, depth);
}

function exact(given: OpenApiSchema, faults: number, depth: number): fc.Arbitrary<unknown> {
  const component = referenceOf(given);
  const schema = component === undefined ? given : schemaOf(component);
  const { items, additionalProperties, properties, type = 'amount', format = '' } = schema;
  const inner = (of: OpenApiSchema): fc.Arbitrary<unknown> =>
    fc.oneof({ arbitrary: exact(of, faults, depth - 1), weight: 16 - faults }, { arbitrary: junk, weight: faults });
  if (depth > 0 && items !== undefined) {
    return fc.array(inner(items), { maxLength: 3 });
  }
  if (depth > 0 && additionalProperties !== undefined) {
    return fc.dictionary(faults > 0 ? fc.string({ unit: 'binary' }) : fc.string(), inner(additionalProperties));
  }
  if (depth > 0 && properties !== undefined) {
    return someFields(properties, faults > 0 ? ['__proto__', 'bogus'] : [], inner);
  }
  const empty = items === undefined ? fc.constant({}) : fc.constant([]);
  return type === 'object' || type === 'array' ? empty : (SCALARS[format] ?? SCALARS[type] ?? junk);
}

function someFields(
  properties: Readonly<Record<string, OpenApiSchema>>,
  unknown: readonly string[],
  inner: (schema: OpenApiSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const names = [...Object.keys(properties), ...unknown];
  return fc.uniqueArray(fc.constantFrom(...names), { maxLength: 5 }).chain((chosen) => {
    const entries = chosen.map((name) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return fc.tuple(fc.constant(name), schema === undefined ? junk : inner(schema));
    });
    // Entries, because a name may be `__proto__`.
    return fc.tuple(...entries).map((pairs) => Object.fromEntries(pairs));
  });
}
