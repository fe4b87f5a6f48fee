/** authorization.k8s.io/v1: may somebody do something? Source: pkg/apis/authorization/validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { invalidField } from '../field-errors.ts';
import { defineReview } from './define-review.ts';

export interface AccessReviewSpec {
  resourceAttributes?: {
    namespace?: string;
    verb?: string;
    group?: string;
    resource?: string;
    subresource?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}
export interface AccessReview extends KubeObject {
  spec?: AccessReviewSpec;
}

const GROUP = 'authorization.k8s.io';
const schema = (kind: string): string => `io.k8s.api.authorization.v1.${kind}`;
const BOTH = 'cannot be specified in combination with resourceAttributes';
const NEITHER = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';

function checkAttributes({ spec = {} }: AccessReview): StatusCause[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  return [
    ...(resourceAttributes !== undefined && nonResourceAttributes !== undefined
      ? [invalidField('spec.nonResourceAttributes', nonResourceAttributes, BOTH)]
      : []),
    ...(resourceAttributes === undefined && nonResourceAttributes === undefined
      ? [invalidField('spec.resourceAttributes', null, NEITHER)]
      : []),
  ];
}

function checkSubject({ spec = {} }: AccessReview): StatusCause[] {
  const { user = '', groups = [] } = spec;
  return user === '' && groups.length === 0
    ? [invalidField('spec.user', '', 'at least one of user or group must be specified')]
    : [];
}

function checkLocal(review: AccessReview): StatusCause[] {
  const { resourceAttributes, nonResourceAttributes } = review.spec ?? {};
  const namespace = resourceAttributes?.namespace ?? '';
  return [
    ...(resourceAttributes !== undefined && namespace !== review.metadata.namespace
      ? [invalidField('spec.resourceAttributes.namespace', namespace, 'must match metadata.namespace')]
      : []),
    ...(nonResourceAttributes === undefined
      ? []
      : [invalidField('spec.nonResourceAttributes', nonResourceAttributes, 'disallowed on this kind of request')]),
  ];
}

export const selfSubjectAccessReview = defineReview<AccessReview>({
  group: GROUP,
  kind: 'SelfSubjectAccessReview',
  schema: schema('SelfSubjectAccessReview'),
  validate: checkAttributes,
});

export const subjectAccessReview = defineReview<AccessReview>({
  group: GROUP,
  kind: 'SubjectAccessReview',
  schema: schema('SubjectAccessReview'),
  validate: (review) => [...checkAttributes(review), ...checkSubject(review)],
});

export const localSubjectAccessReview = defineReview<AccessReview>({
  group: GROUP,
  kind: 'LocalSubjectAccessReview',
  schema: schema('LocalSubjectAccessReview'),
  namespaced: true,
  validate: (review) => [...checkAttributes(review), ...checkSubject(review), ...checkLocal(review)],
});

export const selfSubjectRulesReview = defineReview<KubeObject>({
  group: GROUP,
  kind: 'SelfSubjectRulesReview',
  schema: schema('SelfSubjectRulesReview'),
});
