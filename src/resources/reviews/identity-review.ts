/** authentication.k8s.io/v1: whose token is it, and who am I? Source: pkg/registry/authentication, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { defineReview } from './define-review.ts';

const GROUP = 'authentication.k8s.io';

export const tokenReview = defineReview<KubeObject>({
  group: GROUP,
  kind: 'TokenReview',
  schema: 'io.k8s.api.authentication.v1.TokenReview',
});

export const selfSubjectReview = defineReview<KubeObject>({
  group: GROUP,
  kind: 'SelfSubjectReview',
  schema: 'io.k8s.api.authentication.v1.SelfSubjectReview',
});
