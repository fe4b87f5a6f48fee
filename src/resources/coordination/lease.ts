/** coordination.k8s.io/v1 Lease. Source: pkg/apis/coordination/validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, docOf, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkNonNegative, forbiddenField, invalidField } from '../field-errors.ts';

interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    leaseTransitions?: number;
    preferredHolder?: string;
    strategy?: string;
  };
}

function validate({ spec = {} }: Lease): StatusCause[] {
  const { leaseDurationSeconds: duration, leaseTransitions, preferredHolder = '', strategy = '' } = spec;
  return [
    ...(duration !== undefined && duration <= 0
      ? [invalidField('spec.leaseDurationSeconds', duration, 'must be greater than 0')]
      : []),
    ...checkNonNegative('spec.leaseTransitions', leaseTransitions),
    ...(preferredHolder !== '' && strategy === ''
      ? [forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined')]
      : []),
  ];
}

export const lease = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  schema: 'io.k8s.api.coordination.v1.Lease',
  requiresVersion: true,
  hasGeneration: false,
  shortOwnership: true,
  createOnUpdate: true,
  columns: [
    NAME_COLUMN,
    {
      name: 'Holder',
      type: 'string',
      description: docOf('spec.holderIdentity'),
      cell: ({ spec }) => spec?.holderIdentity ?? '',
    },
    AGE_COLUMN,
  ],
  validate,
});
