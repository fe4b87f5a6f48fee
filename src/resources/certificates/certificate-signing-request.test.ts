import { describe, expect, it } from 'vitest';
import { REQUEST } from '../../../test/support/certificate-request.ts';
import { KIND_NOW, kindFixture } from '../../../test/support/kind-fixture.ts';
import { issueAuthority } from '../../auth/certificates/issue-certificate.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { certificateSigningRequest as definition } from './certificate-signing-request.ts';

const { completed, createRefusals, statusRefusals, row } = kindFixture('CertificateSigningRequest');

type Loose = Record<string, unknown>;
type Stored = Parameters<NonNullable<typeof definition.subresources.parts>[string]['carryOver']>[0];
const request = (spec: Loose = {}, status?: Loose): object => ({
  metadata: { name: 'alice' },
  spec: { request: REQUEST, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...spec },
  ...(status === undefined ? {} : { status }),
});
const stored = (status: Loose): Stored => completed(request({}, status)) as Stored;
const APPROVED = { type: 'Approved', status: 'True', lastTransitionTime: null, lastUpdateTime: null };
const DENIED = { type: 'Denied', status: 'True' };
const NOW = formatTime(KIND_NOW);
const EARLIER = '2026-01-01T00:00:00Z';

describe('what is asked of a new request', () => {
  it.each<[Loose, string[]]>([
    [{}, []],
    [{ usages: [] }, ['spec.usages: Required value']],
    [{ usages: ['server auth', 'server auth'] }, ['spec.usages[1]: Duplicate value: "server auth"']],
    [
      { usages: ['magic'] },
      [expect.stringMatching(/^spec\.usages\[0]: Unsupported value: "magic": supported values: "any", "cert sign"/)],
    ],
    [{ signerName: '' }, ['spec.signerName: Required value']],
    [
      { signerName: 'a.example' },
      [
        `spec.signerName: Invalid value: "a.example": must be a fully qualified domain and path of the form 'example.com/signer-name'`,
      ],
    ],
    [
      { signerName: 'example/s' },
      ['spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots'],
    ],
    [
      { signerName: 'a.Example/s' },
      [
        expect.stringMatching(
          /^spec\.signerName: Invalid value: "a\.Example": validating label "Example": a lowercase RFC 1123 label/,
        ),
      ],
    ],
    [
      { signerName: 'kubernetes.io/legacy-unknown' },
      [
        'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
      ],
    ],
    [
      { expirationSeconds: 599 },
      ['spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)'],
    ],
    [{ request: 'eA==' }, ['spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST']],
  ])('%j', (spec, expected) => {
    expect(createRefusals(request(spec))).toEqual(expected);
  });
});

describe('/approval', () => {
  const approve = (wanted: Loose[], old: Loose[] = []) => {
    const { approval } = definition.subresources.parts ?? {};
    const before = stored({ conditions: old });
    const object = approval?.carryOver(stored({ conditions: wanted, certificate: 'eA==' }), before, { now: KIND_NOW });
    const causes =
      object === undefined
        ? []
        : [...(definition.validate?.(object, before) ?? []), ...(approval?.validate(object, before) ?? [])];
    return { status: object?.status, refusals: causes.map(({ field, message }) => `${field}: ${message}`) };
  };

  it('takes the conditions, with the time where there is none, and nothing else', () => {
    expect(approve([APPROVED])).toEqual({
      status: { conditions: [{ ...APPROVED, lastTransitionTime: NOW, lastUpdateTime: NOW }] },
      refusals: [],
    });
    const before = { ...APPROVED, lastTransitionTime: EARLIER, lastUpdateTime: EARLIER };
    expect(approve([APPROVED], [before]).status?.conditions).toEqual([{ ...before, lastUpdateTime: NOW }]);
  });

  it.each<[Loose[], Loose[], string[]]>([
    [[], [APPROVED], ['status.conditions: Forbidden: updates may not remove a condition of type "Approved"']],
    [
      [APPROVED, DENIED],
      [APPROVED],
      ['status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
    ],
    [
      [{ ...APPROVED, status: 'False' }],
      [],
      ['status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
    ],
    [
      [{ type: 'Mine', status: 'Maybe' }],
      [],
      ['status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"'],
    ],
    [
      [{ type: '', status: '' }],
      [],
      ['status.conditions[0].type: Required value', 'status.conditions[0].status: Required value'],
    ],
    [[APPROVED, APPROVED], [], ['status.conditions[1].type: Duplicate value: "Approved"']],
  ])('%j after %j', (wanted, old, expected) => {
    expect(approve(wanted, old).refusals).toEqual(expected);
  });
});

describe('/status', () => {
  it('decides nothing', () => {
    expect(statusRefusals(request({}, { conditions: [APPROVED] }), request())).toEqual([
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    ]);
    expect(statusRefusals(request({}, {}), request({}, { conditions: [DENIED] }))).toEqual([
      'status.conditions: Forbidden: updates may not remove a condition of type "Denied"',
    ]);
  });

  it('keeps decisions as they were, and gives the others their times', () => {
    const before = stored({
      conditions: [{ ...APPROVED, message: 'by hand', lastTransitionTime: EARLIER, lastUpdateTime: EARLIER }],
    });
    const object = stored({
      conditions: [
        { ...APPROVED, message: 'forged' },
        { type: 'Failed', status: 'True' },
      ],
    });
    definition.prepareForStatusUpdate?.(object, before, { now: KIND_NOW });
    expect(object.status?.conditions).toEqual([
      before.status?.conditions?.[0],
      { type: 'Failed', status: 'True', lastTransitionTime: NOW, lastUpdateTime: NOW },
    ]);
  });

  it('takes one certificate, once', async () => {
    const { certificate } = await issueAuthority(Date.now());
    const issued = Buffer.from(certificate).toString('base64');
    expect(statusRefusals(request({}, { certificate: issued }), request())).toEqual([]);
    expect(statusRefusals(request({}, { certificate: 'eA==' }), request())).toEqual([
      'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    ]);
    expect(statusRefusals(request({}, { certificate: REQUEST }), request())).toEqual([
      'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "CERTIFICATE REQUEST"',
    ]);
    const forged = Buffer.from(certificate.replace('MII', 'XXX')).toString('base64');
    expect(statusRefusals(request({}, { certificate: forged }), request({}, { certificate: issued }))).toEqual([
      expect.stringMatching(/^status\.certificate: Invalid value: "<certificate data>": x509: malformed certificate/),
      'status.certificate: Forbidden: updates may not modify existing certificate content',
    ]);
  });
});

it('a request says what became of it', () => {
  expect(row(request())['Condition']).toBe('Pending');
  expect(row(request({}, { conditions: [APPROVED, { type: 'Failed' }], certificate: 'eA==' }))['Condition']).toBe(
    'Approved,Failed,Issued',
  );
});
