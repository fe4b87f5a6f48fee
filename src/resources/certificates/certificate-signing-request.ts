/** certificates.k8s.io/v1 CertificateSigningRequest. Source: pkg/registry/certificates/certificates/strategy.go, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { humanDuration } from '../../values/human-duration.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, NONE } from '../columns.ts';
import { type Column, defineResource, type Requester } from '../define-resource.ts';
import { checkImmutable, invalidField, requiredField } from '../field-errors.ts';

interface Spec extends Partial<Requester> {
  /** base64 of a PEM text. */
  request?: string;
  signerName?: string;
  usages?: string[];
  expirationSeconds?: number;
}
interface CertificateSigningRequest extends KubeObject {
  spec?: Spec;
  status?: { certificate?: string; conditions?: { type?: string }[] };
}

/** Whatever the client said of itself. */
const requesterOf = ({ username = '', uid, groups = [], extra }: Partial<Requester> = {}): Spec => ({
  ...(username === '' ? {} : { username }),
  ...(uid === undefined ? {} : { uid }),
  ...(groups.length === 0 ? {} : { groups: [...groups] }),
  ...(extra === undefined ? {} : { extra }),
});

const PEM = /^\s*-----BEGIN CERTIFICATE REQUEST-----\r?\n[\s\S]+-----END CERTIFICATE REQUEST-----\s*$/;
const SIGNER = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[a-zA-Z0-9]([-a-zA-Z0-9._:]*[a-zA-Z0-9])?$/;
const MIN_SECONDS = 600;

/** What was decided first, then whether a certificate was issued. */
function conditionCell({ status }: CertificateSigningRequest): string {
  const types = (status?.conditions ?? []).map(({ type }) => type ?? '');
  const decision = ['Denied', 'Approved'].filter((type) => types.includes(type)).slice(0, 1);
  const failed = types.includes('Failed') ? ['Failed'] : [];
  const issued = (status?.certificate ?? '') === '' ? [] : ['Issued'];
  return [...(decision.length === 0 ? ['Pending'] : decision), ...failed, ...issued].join(',');
}

const COLUMNS: readonly Column<CertificateSigningRequest>[] = [
  NAME_COLUMN,
  AGE_COLUMN,
  column('SignerName', 'signerName indicates the requested signer.', ({ spec }) => spec?.signerName ?? ''),
  column('Requestor', 'The user that created the request.', ({ spec }) => spec?.username ?? ''),
  column('RequestedDuration', 'The requested duration of validity.', ({ spec }) =>
    spec?.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds * 1_000),
  ),
  column('Condition', 'conditions applied to the request.', conditionCell),
];

function validate({ spec = {} }: CertificateSigningRequest): StatusCause[] {
  const { request = '', signerName = '', usages = [], expirationSeconds } = spec;
  const isRequest = PEM.test(Buffer.from(request, 'base64').toString('latin1'));
  const tooShort = `may not specify a duration less than ${MIN_SECONDS} seconds (10 minutes)`;
  return [
    ...(isRequest ? [] : [invalidField('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST')]),
    ...(usages.length === 0 ? [requiredField('spec.usages')] : []),
    ...(signerName === '' ? [requiredField('spec.signerName')] : []),
    ...(signerName === '' || SIGNER.test(signerName)
      ? []
      : [
          invalidField(
            'spec.signerName',
            signerName,
            "must be a fully qualified domain and path of the form 'example.com/signer-name'",
          ),
        ]),
    ...(expirationSeconds !== undefined && expirationSeconds < MIN_SECONDS
      ? [invalidField('spec.expirationSeconds', expirationSeconds, tooShort)]
      : []),
  ];
}

export const certificateSigningRequest = defineResource<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
  selectableFields: ['spec.signerName'],
  hasGeneration: false,
  columns: COLUMNS,
  subresources: {
    status: true,
    other: { approval: { kind: 'CertificateSigningRequest', verbs: ['get', 'update'] } },
  },
  prepareForCreate: (object, { user }) => {
    const { username: _, uid: __, groups: ___, extra: ____, ...asked } = object.spec ?? {};
    object.spec = { ...asked, ...requesterOf(user) };
    object.status = {};
  },
  prepareForUpdate: (object, old) => {
    // Who asked, and for what, is fixed.
    object.spec = old.spec ?? {};
  },
  validate,
  validateUpdate: ({ spec }, { spec: old }) => checkImmutable('spec', spec, isDeepStrictEqual(spec, old)),
});
