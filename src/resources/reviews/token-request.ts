/** authentication.k8s.io/v1 TokenRequest, which is asked of a service account and not by itself. */
import type { KubeObject } from '../../values/object.ts';
import type { ResourceDefinition } from '../define-resource.ts';
import { defineReview } from './define-review.ts';

export const tokenRequest = defineReview<KubeObject>({
  group: 'authentication.k8s.io',
  kind: 'TokenRequest',
  schema: 'io.k8s.api.authentication.v1.TokenRequest',
  namespaced: true,
}) as ResourceDefinition;
