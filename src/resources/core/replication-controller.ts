/**
 * core/v1 ReplicationController: the replica set of old, whose selector is a plain map. Source:
 * pkg/registry/core/replicationcontroller/strategy.go, pkg/apis/core/{v1/defaults,validation/validation}.go, 1.34.
 */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { REPLICA_COLUMNS, TEMPLATE_COLUMNS } from '../apps/workload-columns.ts';
import { checkReplicaCounts, REPLICAS_SCALE, type ReplicaCounts } from '../apps/workload-status.ts';
import { AGE_COLUMN, docOf, labelsCell, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkNonNegative, requiredField } from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import {
  checkEndless,
  checkIsSelected,
  checkTemplate,
  defaultTemplate,
  namedTemplateWarnings,
} from '../pod/pod-template.ts';

type Labels = Record<string, string>;

interface ReplicationController extends KubeObject {
  spec?: { replicas?: number; minReadySeconds?: number; selector?: Labels; template?: PodTemplate };
  status?: ReplicaCounts & { fullyLabeledReplicas?: number };
}

const isEmpty = (labels: Labels | undefined): boolean => Object.keys(labels ?? {}).length === 0;

/** The labels of the template are the selector and the labels of who gave none. */
function applyDefaults(controller: ReplicationController): void {
  controller.spec ??= {};
  const { spec, metadata } = controller;
  spec.replicas ??= 1;
  if (spec.template === undefined) {
    return;
  }
  defaultTemplate(spec.template);
  const { labels } = spec.template.metadata ?? {};
  if (labels !== undefined && !isEmpty(labels)) {
    spec.selector = isEmpty(spec.selector) ? { ...labels } : (spec.selector ?? {});
    metadata.labels = isEmpty(metadata.labels) ? { ...labels } : (metadata.labels ?? {});
  }
}

function checkOwnTemplate(
  template: PodTemplate | undefined,
  selector: Labels | undefined,
  old: PodTemplate | undefined,
): StatusCause[] {
  const path = 'spec.template';
  if (template === undefined) {
    return [requiredField(path)];
  }
  return [
    ...(isEmpty(selector) ? [] : checkIsSelected(path, template, { matchLabels: selector ?? {} })),
    ...checkTemplate(path, template, old),
    ...checkEndless(path, template, 'ReplicationController'),
  ];
}

function validate({ spec = {} }: ReplicationController, old?: ReplicationController): StatusCause[] {
  const { replicas, minReadySeconds, selector, template } = spec;
  return [
    ...checkNonNegative('spec.minReadySeconds', minReadySeconds),
    ...(isEmpty(selector) ? [requiredField('spec.selector')] : []),
    ...checkNonNegative('spec.replicas', replicas),
    ...checkOwnTemplate(template, selector, old?.spec?.template),
  ];
}

export const replicationController = defineResource<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ReplicationController',
  selectableFields: ['status.replicas'],
  fields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  columns: [
    NAME_COLUMN,
    ...REPLICA_COLUMNS,
    AGE_COLUMN,
    ...TEMPLATE_COLUMNS,
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      description: docOf('spec.selector'),
      cell: ({ spec }) => labelsCell(spec?.selector),
    },
  ],
  deletion: { defaultPolicy: 'Orphan' },
  subresources: { status: true, scale: { ...REPLICAS_SCALE, selectorForm: 'labels' } },
  applyDefaults,
  prepareForCreate: (object) => {
    object.status = {};
  },
  validate,
  validateStatusUpdate: ({ status = {} }) =>
    checkReplicaCounts(
      status,
      ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ),
  warnings: namedTemplateWarnings,
});
