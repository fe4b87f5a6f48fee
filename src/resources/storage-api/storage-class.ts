/** storage.k8s.io/v1 StorageClass. Source: pkg/apis/storage/{v1/defaults,validation}, ValidateStorageClass, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import {
  checkImmutable,
  forbiddenField,
  invalidField,
  requiredField,
  tooLongField,
  unsupportedField,
  violations,
} from '../field-errors.ts';
import { nodeLabelWarnings } from '../pod/node-label-warnings.ts';
import { checkTopologies, type TopologyTerm } from './allowed-topologies.ts';

interface StorageClass extends KubeObject {
  provisioner?: string;
  parameters?: Record<string, string>;
  reclaimPolicy?: string;
  allowVolumeExpansion?: boolean;
  volumeBindingMode?: string;
  allowedTopologies?: TopologyTerm[];
}

const DEFAULT_ANNOTATION = 'storageclass.kubernetes.io/is-default-class';
const POLICIES = ['Delete', 'Retain'];
const MODES = ['Immediate', 'WaitForFirstConsumer'];
const MAX_PARAMETERS = 512;
const MAX_BYTES = 256 * 1024;
const FIXED = 'updates to parameters are forbidden.';

const COLUMNS: readonly Column<StorageClass>[] = [
  {
    ...NAME_COLUMN,
    cell: ({ metadata }) =>
      metadata.annotations?.[DEFAULT_ANNOTATION] === 'true' ? `${metadata.name} (default)` : (metadata.name ?? ''),
  },
  column('Provisioner', docOf('provisioner'), ({ provisioner }) => provisioner ?? ''),
  column('ReclaimPolicy', docOf('reclaimPolicy'), ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
  column('VolumeBindingMode', docOf('volumeBindingMode'), ({ volumeBindingMode }) => volumeBindingMode ?? '<unset>'),
  column(
    'AllowVolumeExpansion',
    docOf('allowVolumeExpansion'),
    ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
  ),
  AGE_COLUMN,
];

function checkParameters(parameters: Readonly<Record<string, string>>): StatusCause[] {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) {
    return [tooLongField('parameters', MAX_PARAMETERS)];
  }
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...('' in parameters ? [invalidField('parameters', '', 'field can not be empty.')] : []),
    ...(size > MAX_BYTES ? [tooLongField('parameters', MAX_BYTES)] : []),
  ];
}

function validate({
  provisioner = '',
  reclaimPolicy = '',
  volumeBindingMode = '',
  parameters = {},
  allowedTopologies = [],
}: StorageClass): StatusCause[] {
  return [
    ...(provisioner === ''
      ? [requiredField('provisioner')]
      : violations(isQualifiedName, 'provisioner', provisioner.toLowerCase())),
    ...checkParameters(parameters),
    ...(reclaimPolicy === '' || POLICIES.includes(reclaimPolicy)
      ? []
      : [unsupportedField('reclaimPolicy', reclaimPolicy, POLICIES)]),
    ...(MODES.includes(volumeBindingMode) ? [] : [unsupportedField('volumeBindingMode', volumeBindingMode, MODES)]),
    ...checkTopologies('allowedTopologies', allowedTopologies),
  ];
}

export const storageClass = defineResource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.StorageClass',
  hasGeneration: false,
  deletion: { answersObject: true },
  columns: COLUMNS,
  applyDefaults: (object) => {
    object.reclaimPolicy ??= 'Delete';
    object.volumeBindingMode ??= 'Immediate';
  },
  validate,
  validateUpdate: (object, old) => [
    ...(isDeepStrictEqual(object.parameters ?? {}, old.parameters ?? {}) ? [] : [forbiddenField('parameters', FIXED)]),
    ...(object.provisioner === old.provisioner
      ? []
      : [forbiddenField('provisioner', 'updates to provisioner are forbidden.')]),
    ...(object.reclaimPolicy === old.reclaimPolicy
      ? []
      : [forbiddenField('reclaimPolicy', 'updates to reclaimPolicy are forbidden.')]),
    ...checkImmutable(
      'volumeBindingMode',
      object.volumeBindingMode,
      object.volumeBindingMode === old.volumeBindingMode,
    ),
  ],
  warnings: ({ allowedTopologies = [] }) =>
    allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
      matchLabelExpressions.flatMap(({ key = '' }, at) =>
        nodeLabelWarnings(`allowedTopologies[${index}].matchLabelExpressions[${at}].key`, key),
      ),
    ),
});
