import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalSets, pathsOf, union } from '../values/field-set/field-set.ts';
import { parseFieldsV1 } from '../values/field-set/fields-v1.ts';
import { pathText } from '../values/field-set/path-element.ts';
import type { Json, JsonObject } from '../values/object.ts';
import { checkItems } from '../values/typed/check-items.ts';
import { compare } from '../values/typed/compare.ts';
import { fieldsOf } from '../values/typed/fields-of.ts';
import { createdFieldsText } from '../values/typed/fields-text.ts';
import { mergeValues } from '../values/typed/merge.ts';
import { removeFields } from '../values/typed/remove-fields.ts';
import { emptyObject, shapeOf } from './typed-shape.ts';

const POD = { schema: 'io.k8s.api.core.v1.Pod' };
const shape = shapeOf(POD);

const word = fc.constantFrom('a', 'b', 'c');
const list = <T>(item: fc.Arbitrary<T>, key: (item: T) => string) =>
  fc.uniqueArray(item, { selector: key, maxLength: 3 });
const port = fc.record(
  { containerPort: fc.constantFrom(80, 81), protocol: fc.constantFrom('TCP', 'UDP'), name: word },
  { requiredKeys: ['containerPort'] },
);
const container = fc.record(
  {
    name: word,
    image: word,
    args: fc.array(word, { maxLength: 2 }),
    env: list(fc.record({ name: word, value: word }, { requiredKeys: ['name'] }), ({ name }) => name),
    ports: list(port, (one) => `${one.containerPort}/${'protocol' in one ? one.protocol : 'TCP'}`),
    resources: fc.record({ requests: fc.dictionary(word, word, { noNullPrototype: true }) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['name'] },
);
/** Pods as they are once decoded: some fields of every list and map type. */
const pod = fc.record(
  {
    metadata: fc.record(
      {
        labels: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), word, { noNullPrototype: true }),
        finalizers: fc.uniqueArray(word),
      },
      { requiredKeys: [] },
    ),
    spec: fc.record(
      {
        containers: list(container, ({ name }) => name),
        nodeSelector: fc.dictionary(word, word, { noNullPrototype: true }),
        hostNetwork: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

const pathsIn = (value: Json): string[] => pathsOf(fieldsOf(shape, value)).map(pathText);

describe('the fields of a pod', () => {
  it('are told by the types of its lists and maps', () => {
    const value: Json = {
      metadata: { labels: { a: 'x' }, finalizers: ['f'] },
      spec: {
        containers: [{ name: 'main', args: ['x', 'y'], ports: [{ containerPort: 80 }], securityContext: {} }],
        nodeSelector: { disk: 'ssd' },
        volumes: [],
      },
    };
    expect(pathsIn(value).sort()).toEqual([
      '.metadata.finalizers[="f"]',
      '.metadata.labels.a',
      '.spec.containers[name="main"]',
      '.spec.containers[name="main"].args',
      '.spec.containers[name="main"].name',
      '.spec.containers[name="main"].ports[containerPort=80,protocol="TCP"]',
      '.spec.containers[name="main"].ports[containerPort=80,protocol="TCP"].containerPort',
      '.spec.containers[name="main"].securityContext',
      '.spec.nodeSelector',
    ]);
  });

  it('written at once are those that a comparison with the empty object finds', () => {
    fc.assert(
      fc.property(pod, (value) => {
        const empty = emptyObject(POD);
        const { added, modified } = compare(shape, empty, value);
        const text = createdFieldsText(shape, value, empty);
        const parsed = parseFieldsV1(JSON.parse(text) as Json);
        expect(parsed !== undefined && equalSets(parsed, union(added, modified))).toBe(true);
      }),
    );
  });
});

describe('the fields of a new pod, as text', () => {
  const told = (value: Json) => JSON.parse(createdFieldsText(shape, value, emptyObject(POD))) as Json;

  it('has the last of items that cannot be told apart', () => {
    const env = [{ name: 'b' }, { name: 'a', value: 'x' }, { name: 'a' }];
    expect(told({ spec: { containers: [{ name: 'c', env }] } })).toMatchObject({
      'f:spec': {
        'f:containers': {
          'k:{"name":"c"}': {
            'f:env': {
              '.': {},
              'k:{"name":"a"}': { '.': {}, 'f:name': {} },
              'k:{"name":"b"}': { '.': {}, 'f:name': {} },
            },
          },
        },
      },
    });
  });

  it('stays right however many sets of keys were met', () => {
    const names = ['activeDeadlineSeconds', 'dnsPolicy', 'enableServiceLinks', 'hostIPC', 'hostNetwork', 'hostPID'];
    names.push('hostUsers', 'hostname', 'nodeName', 'priority', 'subdomain', 'schedulerName');
    const specs = Array.from({ length: 2 ** names.length }, (_, bits) =>
      names.filter((__, at) => (bits >> at) % 2 === 1),
    );
    for (const spec of [...specs, ...specs.slice(0, 9)]) {
      const fields = told({ spec: Object.fromEntries(spec.map((name) => [name, 'x'])) });
      expect(fields).toEqual(
        spec.length === 0 ? {} : { 'f:spec': Object.fromEntries(spec.map((name) => [`f:${name}`, {}])) },
      );
    }
  });
});

describe('a comparison', () => {
  it('finds nothing in equal values, and the same the other way round', () => {
    fc.assert(
      fc.property(pod, pod, (a, b) => {
        expect(pathsOf(compare(shape, a, structuredClone(a)).modified)).toEqual([]);
        const [there, back] = [compare(shape, a, b), compare(shape, b, a)];
        expect(equalSets(there.added, back.removed)).toBe(true);
        expect(equalSets(there.modified, back.modified)).toBe(true);
      }),
    );
  });
});

describe('a merge', () => {
  it('has all of the configuration, and of the live value what the configuration does not say', () => {
    fc.assert(
      fc.property(pod, pod, (live, config) => {
        const merged = mergeValues(shape, live, config);
        const { added, modified } = compare(shape, merged, config);
        expect(pathsOf(modified)).toEqual([]);
        expect(pathsOf(added)).toEqual([]);
        const fromLive = compare(shape, live, merged);
        expect(pathsOf(fromLive.removed)).toEqual([]);
        const said = new Set(pathsIn(config));
        const changed = pathsOf(fromLive.modified).map(pathText);
        expect(changed.filter((path) => !said.has(path))).toEqual([]);
      }),
    );
  });

  it('keeps the order of the configuration, with live items behind those that they followed', () => {
    const named = (...names: string[]): Json => ({ spec: { containers: names.map((name) => ({ name })) } });
    expect(mergeValues(shape, named('a', 'x', 'b', 'y'), named('b', 'n', 'a'))).toEqual(named('b', 'n', 'a', 'x', 'y'));
    expect(mergeValues(shape, named('x', 'a'), named('a', 'b'))).toEqual(named('x', 'a', 'b'));
  });
});

describe('removing', () => {
  it('all fields leaves nothing that is owned', () => {
    fc.assert(
      fc.property(pod, (value) => {
        const left = removeFields(shape, value, fieldsOf(shape, value)) ?? {};
        expect(pathsIn(left).filter((path) => path !== '.metadata' && path !== '.spec')).toEqual([]);
      }),
    );
  });

  it('leaves what is not named', () => {
    const value: Json = { spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }], hostNetwork: true } };
    const gone = fieldsOf(shape, { spec: { containers: [{ name: 'b' }], hostNetwork: true } });
    expect(removeFields(shape, value, gone)).toEqual({ spec: { containers: [{ name: 'a', image: 'x' }] } });
  });
});

describe('the items of a configuration', () => {
  it('must be told apart', () => {
    const twice = { spec: { containers: [{ name: 'a' }, { name: 'a' }] } };
    expect(checkItems(shape, twice)).toEqual(['.spec.containers: duplicate entries for key [name="a"]']);
    expect(checkItems(shape, { spec: { containers: [{ image: 'x' }] } })).toEqual([
      '.spec.containers: element 0: associative list with keys has an element that omits key field "name" ' +
        "(and doesn't have default value)",
    ]);
    const nested = {
      spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] }] },
    };
    expect(checkItems(shape, nested)).toEqual([
      '.spec.containers[name="a"].ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
    ]);
  });
});
