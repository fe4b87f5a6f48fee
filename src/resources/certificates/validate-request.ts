/** What a certificate request asks for. Source: pkg/apis/certificates/validation, validateCertificateSigningRequest, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { Requester } from '../define-resource.ts';
import { duplicateField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import { requestProblem } from './certificate-request.ts';
import { checkSignerName } from './signer-name.ts';

export interface RequestSpec extends Partial<Requester> {
  /** base64 of a PEM text. */
  request?: string;
  signerName?: string;
  usages?: string[];
  expirationSeconds?: number;
}

const USAGES = [
  ...['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment'],
  ...['decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel'],
  ...['ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime'],
  ...['server auth', 'signing', 'timestamping'],
];
/** Of v1beta1: anybody could mean anything by it. */
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const MIN_SECONDS = 600;

function checkUsages(usages: readonly string[]): StatusCause[] {
  const path = 'spec.usages';
  const isRepeated = repeatsOf(usages);
  return [
    ...(usages.length === 0 ? [requiredField(path)] : []),
    ...usages.flatMap((usage, index) =>
      USAGES.includes(usage) ? [] : [unsupportedField(`${path}[${index}]`, usage, USAGES)],
    ),
    ...usages.flatMap((usage, index) => (isRepeated(index) ? [duplicateField(`${path}[${index}]`, usage)] : [])),
  ];
}

/** Of a create; nothing of it changes afterwards. */
export function checkRequestSpec({
  request = '',
  signerName = '',
  usages = [],
  expirationSeconds,
}: RequestSpec): StatusCause[] {
  const problem = requestProblem(Buffer.from(request, 'base64').toString('latin1'));
  const tooShort = `may not specify a duration less than ${MIN_SECONDS} seconds (10 minutes)`;
  return [
    ...(problem === undefined ? [] : [invalidField('spec.request', request, problem)]),
    ...checkUsages(usages),
    ...(signerName === LEGACY_SIGNER
      ? [invalidField('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version')]
      : checkSignerName('spec.signerName', signerName)),
    ...(expirationSeconds !== undefined && expirationSeconds < MIN_SECONDS
      ? [invalidField('spec.expirationSeconds', expirationSeconds, tooShort)]
      : []),
  ];
}
