/** certificates.k8s.io/v1 CertificateSigningRequest. Source: pkg/registry/certificates/certificates/strategy.go, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { humanDuration } from '../../values/human-duration.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, NONE } from '../columns.ts';
import { type Column, defineResource, type PartWriter, type Requester } from '../define-resource.ts';
import { forbiddenField, invalidField } from '../field-errors.ts';
import { certificateProblem } from './issued-certificate.ts';
import {
  checkConditionChange,
  checkRequestConditions,
  keepDecisions,
  type RequestCondition,
  withTimes,
} from './request-conditions.ts';
import { checkRequestSpec, type RequestSpec } from './validate-request.ts';

interface CertificateSigningRequest extends KubeObject {
  spec?: RequestSpec;
  status?: { certificate?: string; conditions?: RequestCondition[] };
}

/** Whatever the client said of itself. */
const requesterOf = ({ username = '', uid, groups = [], extra }: Partial<Requester> = {}): RequestSpec => ({
  ...(username === '' ? {} : { username }),
  ...(uid === undefined ? {} : { uid }),
  ...(groups.length === 0 ? {} : { groups: [...groups] }),
  ...(extra === undefined ? {} : { extra }),
});

const conditionsOf = ({ status }: CertificateSigningRequest): RequestCondition[] => status?.conditions ?? [];

/** What was decided first, then whether a certificate was issued. */
function conditionCell(request: CertificateSigningRequest): string {
  const types = conditionsOf(request).map(({ type }) => type ?? '');
  const decision = ['Denied', 'Approved'].filter((type) => types.includes(type)).slice(0, 1);
  const failed = types.includes('Failed') ? ['Failed'] : [];
  const issued = (request.status?.certificate ?? '') === '' ? [] : ['Issued'];
  return [...(decision.length === 0 ? ['Pending'] : decision), ...failed, ...issued].join(',');
}

const COLUMNS: readonly Column<CertificateSigningRequest>[] = [
  NAME_COLUMN,
  AGE_COLUMN,
  column('SignerName', docOf('spec.signerName'), ({ spec }) => spec?.signerName ?? ''),
  column('Requestor', docOf('spec.request'), ({ spec }) => spec?.username ?? ''),
  column('RequestedDuration', docOf('spec.expirationSeconds'), ({ spec }) =>
    spec?.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds * 1_000),
  ),
  column('Condition', docOf('status.conditions'), conditionCell),
];

/** A certificate is written once. */
function checkCertificate(request: CertificateSigningRequest, old: CertificateSigningRequest): StatusCause[] {
  const [certificate = '', before = ''] = [request.status?.certificate, old.status?.certificate];
  if (certificate === before) {
    return [];
  }
  const path = 'status.certificate';
  const problem = certificateProblem(before) === undefined ? certificateProblem(certificate) : undefined;
  return [
    ...(problem === undefined ? [] : [invalidField(path, '<certificate data>', problem)]),
    ...(before === '' ? [] : [forbiddenField(path, 'updates may not modify existing certificate content')]),
  ];
}

/** `/approval`: all conditions and nothing else. */
const approval: PartWriter<CertificateSigningRequest> = {
  carryOver: (wanted, old, { now }) => ({
    ...old,
    status: { ...old.status, conditions: withTimes(conditionsOf(wanted), conditionsOf(old), now) },
  }),
  validate: (object, old) => checkConditionChange(conditionsOf(object), conditionsOf(old), true),
};

export const certificateSigningRequest = defineResource<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  nameRule: 'pathSegment',
  schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
  selectableFields: ['spec.signerName'],
  assignedFields: ['spec.username', 'spec.uid', 'spec.groups', 'spec.extra'],
  hasGeneration: false,
  columns: COLUMNS,
  subresources: { status: true, parts: { approval } },
  prepareForCreate: (object, { user }) => {
    const { username: _, uid: __, groups: ___, extra: ____, ...asked } = object.spec ?? {};
    object.spec = { ...asked, ...requesterOf(user) };
    object.status = {};
  },
  prepareForUpdate: (object, old) => {
    // Who asked, and for what, is fixed.
    object.spec = old.spec ?? {};
  },
  prepareForStatusUpdate: (object, old, { now }) => {
    const conditions = keepDecisions(conditionsOf(object), conditionsOf(old));
    if (conditions.length > 0) {
      object.status = { ...object.status, conditions: withTimes(conditions, conditionsOf(old), now) };
    }
  },
  validate: (object, old) => checkRequestConditions(conditionsOf(object), old && conditionsOf(old)),
  validateCreate: ({ spec = {} }) => checkRequestSpec(spec),
  validateStatusUpdate: (object, old) => [
    ...checkRequestConditions(conditionsOf(object), conditionsOf(old)),
    ...checkConditionChange(conditionsOf(object), conditionsOf(old), false),
    ...checkCertificate(object, old),
  ],
});
