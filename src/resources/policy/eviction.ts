/** policy/v1 Eviction, which is asked of a pod and not by itself. */
import type { KubeObject } from '../../values/object.ts';
import type { ResourceDefinition } from '../define-resource.ts';
import { defineReview } from '../reviews/define-review.ts';

export const eviction = defineReview<KubeObject>({
  group: 'policy',
  kind: 'Eviction',
  schema: 'io.k8s.api.policy.v1.Eviction',
  namespaced: true,
}) as ResourceDefinition;
