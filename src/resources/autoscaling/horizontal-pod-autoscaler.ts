/** autoscaling/v2 HorizontalPodAutoscaler. Source: pkg/apis/autoscaling/{v2/defaults,validation}, 1.34. No controller acts on it yet. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, UNKNOWN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkNonNegative } from '../field-errors.ts';
import { type AutoscalerSpec, defaultAutoscaler, dropTolerance } from './autoscaler-spec.ts';
import { targetsCell } from './targets-cell.ts';
import { checkAutoscaler } from './validate-autoscaler.ts';

export interface HorizontalPodAutoscaler extends KubeObject {
  spec?: AutoscalerSpec;
  status?: { currentReplicas?: number; desiredReplicas?: number; currentMetrics?: object[] };
}

const COLUMNS: readonly Column<HorizontalPodAutoscaler>[] = [
  NAME_COLUMN,
  column(
    'Reference',
    'scaleTargetRef points to the target resource to scale.',
    ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
  ),
  column(
    'Targets',
    'metrics contains the specifications for which to use to calculate the desired replica count.',
    targetsCell,
  ),
  column('MinPods', 'minReplicas is the lower limit for the number of replicas.', ({ spec }) =>
    spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
  ),
  column(
    'MaxPods',
    'maxReplicas is the upper limit for the number of replicas.',
    ({ spec }) => spec?.maxReplicas ?? UNKNOWN,
  ),
  column('Replicas', 'currentReplicas is current number of replicas.', ({ status }) => status?.currentReplicas ?? 0),
  AGE_COLUMN,
];

export const horizontalPodAutoscaler = defineResource<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  hasGeneration: false,
  columns: COLUMNS,
  subresources: { status: true },
  applyDefaults: (object) => {
    object.spec ??= {};
    defaultAutoscaler(object.spec);
  },
  prepareForCreate: (object) => {
    object.status = { currentReplicas: 0, desiredReplicas: 0 };
    dropTolerance(object.spec);
  },
  prepareForUpdate: (object, old) => dropTolerance(object.spec, old.spec),
  validate: ({ spec = {} }, old) => checkAutoscaler(spec, old?.spec),
  validateStatusUpdate: ({ status = {} }) =>
    (['currentReplicas', 'desiredReplicas'] as const).flatMap((field) =>
      checkNonNegative(`status.${field}`, status[field]),
    ),
});
