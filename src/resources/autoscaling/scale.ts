/** autoscaling/v1 Scale: the size of another object, behind a path of that. Never stored. */
import type { KubeObject } from '../../values/object.ts';
import type { ResourceDefinition } from '../define-resource.ts';
import { defineReview } from '../reviews/define-review.ts';

export const scale = defineReview<KubeObject>({
  group: 'autoscaling',
  kind: 'Scale',
  schema: 'io.k8s.api.autoscaling.v1.Scale',
  namespaced: true,
}) as ResourceDefinition;
