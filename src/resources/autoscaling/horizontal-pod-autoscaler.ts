/** autoscaling/v2 HorizontalPodAutoscaler. Source: pkg/apis/autoscaling/{v2/defaults,validation}, 1.34. No controller acts on it yet. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, UNKNOWN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkNonNegative } from '../field-errors.ts';
import { type AutoscalerSpec, defaultAutoscaler, dropTolerance } from './autoscaler-spec.ts';
import { targetsCell } from './targets-cell.ts';
import { checkAutoscaler } from './validate-autoscaler.ts';

/** SwaggerDoc() of spec.scaleTargetRef, which the model leaves out where a field is of another type. */
const TARGET_DOC =
  'scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as ' +
  'well as to actually change the replica count.';

export interface HorizontalPodAutoscaler extends KubeObject {
  spec?: AutoscalerSpec;
  status?: { currentReplicas?: number; desiredReplicas?: number; currentMetrics?: object[] };
}

const COLUMNS: readonly Column<HorizontalPodAutoscaler>[] = [
  NAME_COLUMN,
  column(
    'Reference',
    TARGET_DOC,
    ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
  ),
  column('Targets', docOf('spec.metrics'), targetsCell),
  column('MinPods', docOf('spec.minReplicas'), ({ spec }) =>
    spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
  ),
  column('MaxPods', docOf('spec.maxReplicas'), ({ spec }) => spec?.maxReplicas ?? UNKNOWN),
  column('Replicas', docOf('status.currentReplicas'), ({ status }) => status?.currentReplicas ?? 0),
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
