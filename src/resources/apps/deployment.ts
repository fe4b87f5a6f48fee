/** apps/v1 Deployment. Source: pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/{v1/defaults,validation}, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { formatLabelSelector, type LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, docOf, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkImmutable, checkNonNegative, invalidField } from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { checkSelector, defaultTemplate, namedTemplateWarnings } from '../pod/pod-template.ts';
import { checkStrategy, type DeploymentStrategy, defaultStrategy } from './deployment-strategy.ts';
import { checkReplicaTemplate } from './replica-template.ts';
import { TEMPLATE_COLUMNS } from './workload-columns.ts';
import { checkCollisionCount, checkReplicaCounts, REPLICAS_SCALE, type ReplicaCounts } from './workload-status.ts';

/** SwaggerDoc() of spec.selector, which the model leaves out where a field is of another type. */
const SELECTOR_DOC =
  'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this ' +
  "deployment. It must match the pod template's labels.";

interface DeploymentSpec {
  replicas?: number;
  selector?: LabelSelector;
  template?: PodTemplate;
  strategy?: DeploymentStrategy;
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
}
interface DeploymentStatus extends ReplicaCounts {
  updatedReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  collisionCount?: number;
}
interface Deployment extends KubeObject {
  spec?: DeploymentSpec;
  status?: DeploymentStatus;
}

const COLUMNS: readonly Column<Deployment>[] = [
  NAME_COLUMN,
  {
    name: 'Ready',
    type: 'string',
    description: 'Number of the pod with ready state',
    cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  },
  {
    name: 'Up-to-date',
    type: 'string',
    description: docOf('status.updatedReplicas'),
    cell: ({ status }) => status?.updatedReplicas ?? 0,
  },
  {
    name: 'Available',
    type: 'string',
    description: docOf('status.availableReplicas'),
    cell: ({ status }) => status?.availableReplicas ?? 0,
  },
  AGE_COLUMN,
  ...TEMPLATE_COLUMNS,
  {
    name: 'Selector',
    type: 'string',
    priority: 1,
    description: SELECTOR_DOC,
    cell: ({ spec }) => formatLabelSelector(spec?.selector ?? {}),
  },
];

function applyDefaults(deployment: Deployment): void {
  deployment.spec ??= {};
  const { spec } = deployment;
  spec.replicas ??= 1;
  spec.template ??= {};
  spec.strategy ??= {};
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  defaultTemplate(spec.template);
  defaultStrategy(spec.strategy);
}

/** Annotations count as a change of what is wanted: the controller copies them to the replica set. */
function prepareForUpdate({ metadata }: Deployment, { metadata: old }: Deployment): void {
  if (!isDeepStrictEqual(metadata.annotations ?? {}, old.annotations ?? {})) {
    metadata.generation = (old.generation ?? 0) + 1;
  }
}

function validate({ spec = {} }: Deployment, old?: Deployment): StatusCause[] {
  const { replicas, selector, template = {}, strategy = {}, minReadySeconds = 0, progressDeadlineSeconds } = spec;
  const tooSoon = progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds;
  const deadline = 'spec.progressDeadlineSeconds';
  return [
    ...checkNonNegative('spec.replicas', replicas),
    ...checkSelector(selector, 'deployment'),
    ...checkReplicaTemplate(template, selector, old?.spec?.template),
    ...checkStrategy('spec.strategy', strategy),
    ...checkNonNegative('spec.minReadySeconds', minReadySeconds),
    ...checkNonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...checkNonNegative(deadline, progressDeadlineSeconds),
    ...(tooSoon ? [invalidField(deadline, progressDeadlineSeconds, 'must be greater than minReadySeconds')] : []),
  ];
}

function validateStatusUpdate({ status = {} }: Deployment, { status: old }: Deployment): StatusCause[] {
  const parts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const;
  return [
    ...checkReplicaCounts(
      status,
      ['observedGeneration', 'replicas', ...parts, 'unavailableReplicas', 'terminatingReplicas', 'collisionCount'],
      parts,
    ),
    ...checkCollisionCount(status, old),
  ];
}

export const deployment = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.Deployment',
  columns: COLUMNS,
  subresources: { status: true, statusKeeps: ['labels'], scale: REPLICAS_SCALE },
  applyDefaults,
  prepareForCreate: (object) => {
    object.status = {};
  },
  prepareForUpdate,
  validate,
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.selector', spec?.selector, isDeepStrictEqual(spec?.selector, old?.selector)),
  validateStatusUpdate,
  warnings: namedTemplateWarnings,
});
