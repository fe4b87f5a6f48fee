/** core/v1 Binding: a pod given to a node. Ordered, not stored. Source: pkg/registry/core/pod/storage, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import type { ResourceDefinition } from '../define-resource.ts';
import { defineReview } from '../reviews/define-review.ts';

export const binding = defineReview<KubeObject>({
  group: '',
  kind: 'Binding',
  schema: 'io.k8s.api.core.v1.Binding',
  namespaced: true,
  createAnswersStatus: true,
}) as ResourceDefinition;
