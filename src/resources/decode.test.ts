import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaJson } from '../../test/support/schema-json.ts';
import { StatusError } from '../errors.ts';
import { decode } from './decode.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { RESOURCES } from './index.ts';

const definitionOf = (kind: string): ResourceDefinition => {
  const found = RESOURCES.find((definition) => definition.kind === kind);
  if (found === undefined) {
    throw new Error(`no kind ${kind}`);
  }
  return found;
};
const decodeAs = (kind: string, body: unknown) => decode(definitionOf(kind), body);
const pod = (spec: unknown, metadata: unknown = { name: 'a' }) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
const refusal = (kind: string, body: unknown): string => {
  try {
    decodeAs(kind, body);
  } catch (error) {
    expect(error).toBeInstanceOf(StatusError);
    expect((error as StatusError).code).toBe(400);
    return (error as StatusError).message;
  }
  return 'accepted';
};

describe('decode', () => {
  it('copies what the schema knows, and names the rest by path', () => {
    const body = pod({
      containers: [
        { name: 'a', foo: 1 },
        { name: 'b', env: [{ name: 'x', bar: null }] },
      ],
      bogus: {},
    });
    const { object, unknownFields } = decodeAs('Pod', { ...body, extra: 1 });
    expect(object).toEqual(pod({ containers: [{ name: 'a' }, { name: 'b', env: [{ name: 'x' }] }] }));
    expect(unknownFields).toEqual(['spec.containers[0].foo', 'spec.containers[1].env[0].bar', 'spec.bogus', 'extra']);
    expect(object.spec).not.toBe(body.spec);
  });

  it('names a hundred unknown fields at most', () => {
    const junk = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x${i}`, i]));
    expect(decodeAs('ConfigMap', junk).unknownFields).toHaveLength(100);
  });

  it.each([
    [
      'Pod',
      pod({ containers: 'x' }),
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'Pod',
      pod({ containers: [{ image: 1 }] }),
      'json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string',
    ],
    [
      'Pod',
      pod({ containers: [{ env: [{ value: true }] }] }),
      'json: cannot unmarshal bool into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    ['Pod', pod([]), 'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec'],
    [
      'Pod',
      pod({}, { labels: { a: 1 } }),
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'Pod',
      pod({ priority: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      'Pod',
      pod({ priority: 2 ** 31 }),
      'json: cannot unmarshal number 2147483648 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      'Pod',
      pod({ hostNetwork: 'yes' }),
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      'Pod',
      pod({ overhead: { cpu: 'x' } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'Pod',
      pod({ containers: [{ ports: [{ containerPort: '80' }] }] }),
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      'Pod',
      pod({ containers: [{ livenessProbe: { httpGet: { port: {} } } }] }),
      'json: cannot unmarshal object into Go value of type int32',
    ],
    ['Pod', pod({ nodeSelector: { a: 'x\0' } }), 'spec.nodeSelector.a: the character U+0000 is not allowed'],
    [
      'Pod',
      pod({}, { creationTimestamp: '2024-02-30T00:00:00Z' }),
      'parsing time "2024-02-30T00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse "2024-02-30T00:00:00Z" as "2006"',
    ],
    ['Pod', pod({}, { creationTimestamp: 5 }), 'json: cannot unmarshal number into Go value of type string'],
    ['Secret', { data: { a: 'abc' } }, 'illegal base64 data at input byte 0'],
    ['Secret', { data: { a: 'abcd!' } }, 'illegal base64 data at input byte 4'],
  ])('refuses %s %j', (kind, body, why) => {
    expect(refusal(kind, body)).toBe(`${kind} in version "v1" cannot be handled as a ${kind}: ${why}`);
  });

  it('makes quantities and times canonical', () => {
    const { object } = decodeAs(
      'Pod',
      pod({ overhead: { cpu: 0.5, memory: '1024Mi' } }, { creationTimestamp: '2024-01-02T03:04:05.678+01:00' }),
    );
    expect(object.spec).toEqual({ overhead: { cpu: '500m', memory: '1Gi' } });
    expect(object.metadata.creationTimestamp).toBe('2024-01-02T02:04:05Z');
    const lease = decodeAs('Lease', {
      spec: { renewTime: '2024-01-02T03:04:05.1234567Z', acquireTime: '2024-01-02T03:04:05Z' },
    });
    expect(lease.object.spec).toEqual({
      renewTime: '2024-01-02T03:04:05.123456Z',
      acquireTime: '2024-01-02T03:04:05.000000Z',
    });
  });

  it('takes null as absent, and as the zero value where it cannot be left out', () => {
    const { object } = decodeAs('Pod', pod({ hostname: null, containers: [null], nodeSelector: { a: null } }, null));
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      spec: { containers: [{}], nodeSelector: { a: '' } },
    });
  });

  it('refuses a body that is no object', () => {
    expect(refusal('Pod', [])).toContain('json: cannot unmarshal array into Go value of type v1.Pod');
    expect(refusal('NodePool', 1)).toContain('Go value of type v1alpha1.NodePool');
  });

  it('names the place of a NUL, also in what has no schema and in keys', () => {
    const fieldsV1 = { 'f:a': 'x', 'f:b': [1, { c: '\0' }] };
    const why = 'the character U+0000 is not allowed';
    expect(refusal('Pod', pod({}, { managedFields: [{ fieldsV1 }] }))).toContain(
      `metadata.managedFields[0].fieldsV1.f:b[1].c: ${why}`,
    );
    expect(refusal('ConfigMap', { data: { 'a\0': 'x' } })).toContain(why);
  });

  it('keeps keys such as __proto__ as data', () => {
    const body = JSON.parse('{"data":{"__proto__":"x","constructor":"y"},"__proto__":{"a":1}}');
    const { object, unknownFields } = decodeAs('ConfigMap', body);
    expect(JSON.stringify(object)).toBe('{"data":{"__proto__":"x","constructor":"y"},"metadata":{}}');
    expect(unknownFields).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });

  it('replaces lone surrogates and keeps pairs', () => {
    const { object } = decodeAs('ConfigMap', { data: { a: '\ud800x', '\udc00': '😀' } });
    expect(object).toMatchObject({ data: { a: '\ufffdx', '\ufffd': '😀' } });
  });

  it('refuses nesting without end', () => {
    const nested = JSON.parse(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`);
    expect(refusal('Pod', pod({}, { managedFields: [{ fieldsV1: nested }] }))).toContain('exceeded max depth');
    expect(decodeAs('Pod', pod({ x: nested })).unknownFields).toEqual(['spec.x']);
    expect(refusal('Pod', pod({ containers: JSON.parse('['.repeat(200_000) + ']'.repeat(200_000)) }))).toContain(
      'cannot unmarshal array into Go struct field PodSpec.spec.containers of type v1.Container',
    );
  });

  const bodies = fc
    .constantFrom(...RESOURCES)
    .chain((definition) => fc.record({ definition: fc.constant(definition), body: schemaJson(definition.schema, 1) }));

  it('throws nothing but a 400, whatever it is sent, and decodes its own output to the same', () => {
    fc.assert(
      fc.property(bodies, ({ definition, body }) => {
        try {
          const { object } = decode(definition, body);
          const again = decode(definition, structuredClone(object));
          expect(again).toEqual({ object, unknownFields: [] });
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
          expect((error as StatusError).code).toBe(400);
        }
      }),
      { numRuns: 500 },
    );
  });
});
