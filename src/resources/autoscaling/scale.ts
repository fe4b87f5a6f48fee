/** autoscaling/v1 Scale: the size of another object, behind a path of that. Never stored. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN } from '../columns.ts';
import type { ResourceDefinition } from '../define-resource.ts';
import { defineReview } from '../reviews/define-review.ts';

interface Scale extends KubeObject {
  spec?: { replicas?: number };
  status?: { replicas?: number };
}

const NUMBER = { type: 'integer' } as const;

export const scale = defineReview<Scale>({
  group: 'autoscaling',
  kind: 'Scale',
  schema: 'io.k8s.api.autoscaling.v1.Scale',
  namespaced: true,
  columns: [
    NAME_COLUMN,
    column('Desired', docOf('spec.replicas'), ({ spec }) => spec?.replicas ?? 0, NUMBER),
    column('Available', docOf('status.replicas'), ({ status }) => status?.replicas ?? 0, NUMBER),
    AGE_COLUMN,
  ],
}) as ResourceDefinition;
