/** apps/v1 StatefulSet. Source: pkg/apis/apps/{v1/defaults,validation}, 1.34. No controller acts on it yet. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkNonNegative, forbiddenField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { checkSelector, checkTemplate, defaultTemplate, templateWarnings } from '../pod/pod-template.ts';
import { TEMPLATE_COLUMNS } from './workload-columns.ts';
import { checkReplicaCounts, REPLICAS_SCALE, type ReplicaCounts } from './workload-status.ts';

interface ClaimTemplate {
  apiVersion?: string;
  kind?: string;
  spec?: { volumeMode?: string };
  status?: { phase?: string };
}
interface StatefulSetSpec {
  replicas?: number;
  selector?: LabelSelector;
  template?: PodTemplate;
  volumeClaimTemplates?: ClaimTemplate[];
  serviceName?: string;
  podManagementPolicy?: string;
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number; maxUnavailable?: number | string } };
  revisionHistoryLimit?: number;
  minReadySeconds?: number;
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
  ordinals?: { start?: number };
}
interface StatefulSet extends KubeObject {
  spec?: StatefulSetSpec;
  status?: ReplicaCounts & { currentReplicas?: number; updatedReplicas?: number; collisionCount?: number };
}

const STRATEGIES = ['OnDelete', 'RollingUpdate'];
const MANAGEMENT = ['OrderedReady', 'Parallel'];
const RETENTION = ['Delete', 'Retain'];
const CHANGEABLE = [
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit'],
  ...['persistentVolumeClaimRetentionPolicy', 'minReadySeconds'],
] as const;
const IMMUTABLE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

const COLUMNS: readonly Column<StatefulSet>[] = [
  NAME_COLUMN,
  column(
    'Ready',
    'Number of the pod with ready state',
    ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  ),
  AGE_COLUMN,
  ...TEMPLATE_COLUMNS,
];

function applyDefaults(set: StatefulSet): void {
  set.spec ??= {};
  const { spec } = set;
  spec.replicas ??= 1;
  spec.template ??= {};
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.revisionHistoryLimit ??= 10;
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion ||= 'v1';
    claim.kind ||= 'PersistentVolumeClaim';
    claim.spec ??= {};
    claim.spec.volumeMode ||= 'Filesystem';
    claim.status ??= { phase: 'Pending' };
  }
  defaultTemplate(spec.template);
}

function checkStrategy({ updateStrategy = {} }: StatefulSetSpec): StatusCause[] {
  const { type = '', rollingUpdate } = updateStrategy;
  const path = 'spec.updateStrategy';
  if (type === '') {
    return [requiredField(path)];
  }
  if (!STRATEGIES.includes(type)) {
    return [invalidField(path, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'")];
  }
  if (type === 'OnDelete') {
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    return rollingUpdate === undefined ? [] : [invalidField(`${path}.rollingUpdate`, rollingUpdate, why)];
  }
  return checkNonNegative(`${path}.rollingUpdate.partition`, rollingUpdate?.partition);
}

const checkRetention = ({ persistentVolumeClaimRetentionPolicy: policy = {} }: StatefulSetSpec): StatusCause[] =>
  (['whenDeleted', 'whenScaled'] as const).flatMap((when) =>
    RETENTION.includes(policy[when] ?? '')
      ? []
      : [unsupportedField(`spec.persistentVolumeClaimRetentionPolicy.${when}`, policy[when], RETENTION)],
  );

function validateUpdate({ spec = {} }: StatefulSet, { spec: old = {} }: StatefulSet): StatusCause[] {
  const fixed = (of: StatefulSetSpec): object =>
    Object.fromEntries(Object.entries(of).filter(([field]) => !(CHANGEABLE as readonly string[]).includes(field)));
  return isDeepStrictEqual(fixed(spec), fixed(old)) ? [] : [forbiddenField('spec', IMMUTABLE)];
}

export const statefulSet = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.StatefulSet',
  columns: COLUMNS,
  subresources: { status: true, scale: REPLICAS_SCALE },
  applyDefaults,
  prepareForCreate: (object) => {
    object.status = { replicas: 0, availableReplicas: 0 };
  },
  validate: ({ spec = {} }) => [
    ...(MANAGEMENT.includes(spec.podManagementPolicy ?? '')
      ? []
      : [invalidField('spec.podManagementPolicy', spec.podManagementPolicy, `must be '${MANAGEMENT.join("' or '")}'`)]),
    ...checkStrategy(spec),
    ...checkRetention(spec),
    ...checkNonNegative('spec.replicas', spec.replicas),
    ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...checkNonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...checkSelector(spec.selector),
    ...checkTemplate(spec.template ?? {}, spec.selector),
  ],
  validateUpdate,
  validateStatusUpdate: ({ status = {} }) =>
    checkReplicaCounts(
      status,
      ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration'],
      ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    ),
  warnings: templateWarnings,
});
