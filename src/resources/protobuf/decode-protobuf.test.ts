import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import { envelope } from '../../../test/support/protobuf-encoder.ts';
import { StatusError } from '../../errors.ts';
import { decodeProtobuf } from './decode-protobuf.ts';

/** What kubectl 1.34 sent, recorded from the command that stands before it. */
const KUBECTL: readonly (readonly [command: string, body: string, json: object])[] = [
  [
    'create namespace x',
    'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBeBIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==',
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' }, spec: {}, status: {} },
  ],
  [
    'create configmap app --from-literal=colour=blue --from-literal=empty=',
    'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEjAKEwoDYXBwEgAaACIAKgAyADgAQgASDgoGY29sb3VyEgRibHVlEgkKBWVtcHR5EgAaACIA',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { colour: 'blue', empty: '' } },
  ],
  [
    'create configmap binary --from-file=blob',
    'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEiUKFgoGYmluYXJ5EgAaACIAKgAyADgAQgAaCwoEYmxvYhID/wABGgAiAA==',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'binary' }, binaryData: { blob: '/wAB' } },
  ],
  [
    'create secret generic login --from-literal=user=ada --from-file=key=blob',
    'azhzAAoMCgJ2MRIGU2VjcmV0EjIKFQoFbG9naW4SABoAIgAqADIAOABCABIKCgNrZXkSA/8AARILCgR1c2VyEgNhZGEaABoAIgA=',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data: { key: '/wAB', user: 'YWRh' } },
  ],
  [
    'create deployment web --image=nginx:1.27 --replicas=3 --port=80',
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Er0BCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEosBCAMSDAoKCgNhcHASA3dlYhpx' +
      'ChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViElESMwoFbmdpbngSCm5naW54OjEuMjcqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIB' +
      'ABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }], resources: {} }] },
        },
        strategy: {},
      },
      status: {},
    },
  ],
  [
    'drain n1 --disable-eviction --force --grace-period=0',
    'azhzAAoTCgJ2MRINRGVsZXRlT3B0aW9ucxICCAAaACIA',
    { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 },
  ],
];

/** A pod of so many supplemental groups. */
function packedGroups(count: number): Buffer {
  const nested = (tag: number, message: Uint8Array): Uint8Array =>
    protobuf.Writer.create()
      .uint32((tag << 3) | 2)
      .bytes(message)
      .finish();
  return Buffer.from(nested(2, nested(14, nested(4, Buffer.alloc(count, 1)))));
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const read = (kind: string, bytes: string, apiVersion = 'v1'): Record<string, unknown> => {
  const { apiVersion: _, kind: __, ...fields } = decodeProtobuf(envelope(apiVersion, kind, hex(bytes)));
  return fields;
};
const failure = (body: Uint8Array): StatusError => {
  try {
    decodeProtobuf(body);
  } catch (error) {
    if (error instanceof StatusError) {
      return error;
    }
    throw error;
  }
  throw new Error('was decoded');
};

const sampleBodies = KUBECTL.map(([, body]) => Buffer.from(body, 'base64'));

describe('decodeProtobuf', () => {
  it.each(KUBECTL)('reads kubectl %s', (_, body, json) => {
    expect(decodeProtobuf(Buffer.from(body, 'base64'))).toEqual(json);
    expect(decodeProtobuf(new Uint8Array(Buffer.from(body, 'base64')))).toEqual(json);
  });

  it.each<[string, string, string, object]>([
    ['a zero that a pointer points to', 'Deployment', '12 02 08 00', { spec: { replicas: 0 } }],
    ['a zero that means absent', 'Deployment', '12 02 28 00', { spec: {} }],
    ['a later zero over an earlier value', 'Deployment', '12 04 28 05 28 00', { spec: {} }],
    ['a zero that is always shown', 'Deployment', '1a 00', { status: {} }],
    ['a message in two pieces', 'Pod', '0a 03 0a 01 61 0a 03 1a 01 62', { metadata: { name: 'a', namespace: 'b' } }],
    ['no time', 'Pod', '0a 02 42 00', { metadata: {} }],
    ['the epoch', 'Pod', '0a 04 42 02 08 00', { metadata: { creationTimestamp: '1970-01-01T00:00:00Z' } }],
    [
      'a time before it',
      'Pod',
      '0a 0d 42 0b 08 ff ff ff ff ff ff ff ff ff 01',
      { metadata: { creationTimestamp: '1969-12-31T23:59:59Z' } },
    ],
    [
      'a micro time',
      'Lease',
      '12 09 22 07 08 01 10 80 84 af 5f',
      { spec: { renewTime: '1970-01-01T00:00:01.200000Z' } },
    ],
    [
      'integers and zero among them',
      'Deployment',
      '12 0c 22 0a 12 08 0a 02 10 00 12 02 10 02',
      { spec: { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 2 } } } },
    ],
    [
      'a percentage',
      'Deployment',
      '12 0d 22 0b 12 09 0a 07 08 01 1a 03 32 35 25',
      { spec: { strategy: { rollingUpdate: { maxUnavailable: '25%' } } } },
    ],
    ['unknown fields', 'Namespace', '7a 01 61 78 05 7d 00 00 00 00 79 00 00 00 00 00 00 00 00 7b 08 01 7c', {}],
    [
      'JSON inside',
      'Namespace',
      '0a 11 8a 01 0e 3a 0c 0a 0a 7b 22 66 3a 61 22 3a 7b 7d 7d',
      { metadata: { managedFields: [{ fieldsV1: { 'f:a': {} } }] } },
    ],
    ['text that is not UTF-8', 'Namespace', '0a 04 0a 02 61 ff', { metadata: { name: 'a\ufffd' } }],
    [
      'a key of the prototype',
      'ConfigMap',
      '12 0e 0a 09 5f 5f 70 72 6f 74 6f 5f 5f 12 01 61',
      { data: expect.anything() },
    ],
    ['an entry without a value', 'ConfigMap', '12 03 0a 01 61', { data: { a: '' } }],
    ['an entry without a key', 'ConfigMap', '12 03 12 01 61', { data: { '': 'a' } }],
    ['packed numbers', 'Pod', '12 06 72 04 22 02 01 02', { spec: { securityContext: { supplementalGroups: [1, 2] } } }],
    ['single numbers', 'Pod', '12 06 72 04 20 01 20 02', { spec: { securityContext: { supplementalGroups: [1, 2] } } }],
    [
      'an inlined struct',
      'Pod',
      '12 09 0a 07 0a 01 76 12 02 12 00',
      { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
    ],
  ])('reads %s', (_, kind, bytes, expected) => {
    const apiVersion = { Deployment: 'apps/v1', Lease: 'coordination.k8s.io/v1' }[kind] ?? 'v1';
    expect(read(kind, bytes, apiVersion)).toEqual(expected);
  });

  it('keeps __proto__ a key', () => {
    const { data } = read('ConfigMap', '12 0e 0a 09 5f 5f 70 72 6f 74 6f 5f 5f 12 01 61');
    expect(Object.entries(data as object)).toEqual([['__proto__', 'a']]);
  });

  it('takes DeleteOptions of any group', () => {
    expect(read('DeleteOptions', '22 06 4f 72 70 68 61 6e', 'apps/v1')).toEqual({ propagationPolicy: 'Orphan' });
  });
});

describe('decodeProtobuf refuses', () => {
  const CANNOT = 'Namespace in version "v1" cannot be handled as a Namespace: ';
  const namespace = (bytes: string) => envelope('v1', 'Namespace', hex(bytes));

  it.each<[string, Uint8Array, string]>([
    [
      'no body',
      Buffer.alloc(0),
      'the object provided is unrecognized: provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
    ['a magic number alone', hex('6b387300'), "Object 'Kind' is missing in the protobuf body"],
    ['a type without a version', envelope('', 'Pod', hex('')), "Object 'apiVersion' is missing in the protobuf body"],
    ['an envelope that ends early', hex('6b387300 0a 0f 0a'), 'the object provided is unrecognized: unexpected EOF'],
    ['a kind we have not', envelope('v1', 'Gadget', hex('')), 'no kind "Gadget" is registered for version "v1"'],
    ['a kind of another group', envelope('v1', 'Lease', hex('')), 'no kind "Lease" is registered for version "v1"'],
    [
      'a kind without a protobuf form',
      envelope('fleet.flotilla.dev/v1alpha1', 'NodePool', hex('')),
      'no kind "NodePool" is registered for version "fleet.flotilla.dev/v1alpha1"',
    ],
    ['a wrong wire type', namespace('08 01'), `${CANNOT}proto: wrong wireType = 0 for field metadata`],
    ['a message beyond its end', namespace('0a 05 0a 01 61'), `${CANNOT}unexpected EOF`],
    ['a field beyond its message', namespace('0a 02 0a 05 61 61 61 61 61'), `${CANNOT}unexpected EOF`],
    ['a huge length', namespace('0a ff ff ff ff 07'), `${CANNOT}unexpected EOF`],
    ['a length over 2 GiB', namespace('0a ff ff ff ff 0f'), `${CANNOT}proto: invalid length encoding`],
    ['field 0', namespace('00 01'), `${CANNOT}proto: illegal tag: field number 0`],
    ['an endless varint', namespace('78 ff ff ff ff ff ff ff ff ff ff ff ff'), `${CANNOT}unexpected EOF`],
    ['an open group', namespace('7b'), `${CANNOT}unexpected EOF`],
    ['a group that was not begun', namespace('7c'), `${CANNOT}proto: invalid wire type 4 at offset 1`],
    ['groups without end', envelope('v1', 'Namespace', Buffer.alloc(1e6, 0x7b)), `${CANNOT}proto: max depth exceeded`],
    [
      'JSON inside that is none',
      namespace('0a 08 8a 01 05 3a 03 0a 01 7b'),
      expect.stringContaining(`${CANNOT}json: `),
    ],
    [
      'a time beyond the calendar',
      namespace('0a 0a 42 08 08 ff ff ff ff ff ff 7f'),
      `${CANNOT}proto: timestamp out of range`,
    ],
  ])('%s', (_, body, message) => {
    expect(failure(body)).toMatchObject({ code: 400, reason: 'BadRequest', message });
  });

  it.each([
    ['fields', 'Pod', Buffer.concat([Buffer.from([0x12, 0xe0, 0xa7, 0x12]), Buffer.alloc(300_000, '\x12\x00')])],
    ['unknown fields', 'Namespace', Buffer.alloc(300_000, '\x78\x01')],
    ['packed numbers', 'Pod', packedGroups(200_000)],
  ])('more %s than one request may hold, with 413', (_, kind, bytes) => {
    expect(failure(envelope('v1', kind, bytes))).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' });
  });

  const readsOrRefuses = (body: Uint8Array): void => {
    try {
      decodeProtobuf(body);
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 400) {
        throw error;
      }
    }
  };

  it('any bytes, with 400 or not at all', () => {
    const anyBytes = fc.uint8Array({ maxLength: 200 });
    const kinds = fc.constantFrom('Pod', 'Node', 'Secret', 'Event', 'DeleteOptions');
    fc.assert(fc.property(anyBytes, (bytes) => readsOrRefuses(Buffer.concat([Buffer.from('k8s\0'), bytes]))));
    fc.assert(fc.property(kinds, anyBytes, (kind, bytes) => readsOrRefuses(envelope('v1', kind, bytes))));
  });

  it('damaged bodies, with 400 or not at all', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...sampleBodies), damage, fc.nat(), (body, changes, cut) => {
        const damaged = Buffer.from(body);
        for (const [at, byte] of changes) {
          damaged[at % damaged.length] = byte;
        }
        readsOrRefuses(damaged.subarray(0, damaged.length - (cut % 3 === 0 ? cut % damaged.length : 0)));
      }),
      { numRuns: 2_000 },
    );
  });
});
