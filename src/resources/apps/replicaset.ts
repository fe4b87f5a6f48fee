/** apps/v1 ReplicaSet. Source: pkg/registry/apps/replicaset/strategy.go, pkg/apis/apps/validation, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { formatLabelSelector, type LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, NAME_COLUMN, orNone } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkImmutable, checkNonNegative } from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { checkSelector, defaultTemplate, namedTemplateWarnings } from '../pod/pod-template.ts';
import { checkReplicaTemplate } from './replica-template.ts';
import { REPLICA_COLUMNS, TEMPLATE_COLUMNS } from './workload-columns.ts';
import { checkReplicaCounts, REPLICAS_SCALE, type ReplicaCounts } from './workload-status.ts';

/** SwaggerDoc() of spec.selector, which the model leaves out where a field is of another type. */
const SELECTOR_DOC =
  'Selector is a label query over pods that should match the replica count. Label keys and values that must match in order ' +
  "to be controlled by this replica set. It must match the pod template's labels. More info: " +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors';

interface ReplicaSet extends KubeObject {
  spec?: { replicas?: number; minReadySeconds?: number; selector?: LabelSelector; template?: PodTemplate };
  status?: ReplicaCounts & { fullyLabeledReplicas?: number };
}

const COLUMNS: readonly Column<ReplicaSet>[] = [
  NAME_COLUMN,
  ...REPLICA_COLUMNS,
  AGE_COLUMN,
  ...TEMPLATE_COLUMNS,
  {
    name: 'Selector',
    type: 'string',
    priority: 1,
    description: SELECTOR_DOC,
    cell: ({ spec }) => orNone(formatLabelSelector(spec?.selector ?? {})),
  },
];

function applyDefaults(replicaSet: ReplicaSet): void {
  replicaSet.spec ??= {};
  replicaSet.spec.replicas ??= 1;
  replicaSet.spec.template ??= {};
  defaultTemplate(replicaSet.spec.template);
}

function validate({ spec = {} }: ReplicaSet, old?: ReplicaSet): StatusCause[] {
  const { replicas, minReadySeconds, selector, template = {} } = spec;
  return [
    ...checkNonNegative('spec.replicas', replicas),
    ...checkNonNegative('spec.minReadySeconds', minReadySeconds),
    // A replica set speaks of itself as a deployment, in Kubernetes too.
    ...checkSelector(selector, 'deployment'),
    ...checkReplicaTemplate(template, selector, old?.spec?.template),
  ];
}

export const replicaSet = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  selectableFields: ['status.replicas'],
  fields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  columns: COLUMNS,
  subresources: { status: true, scale: REPLICAS_SCALE },
  applyDefaults,
  prepareForCreate: (object) => {
    object.status = {};
  },
  validate,
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.selector', spec?.selector, isDeepStrictEqual(spec?.selector, old?.selector)),
  validateStatusUpdate: ({ status = {} }) =>
    checkReplicaCounts(
      status,
      ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ),
  warnings: namedTemplateWarnings,
});
