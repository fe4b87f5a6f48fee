/** core/v1 PersistentVolume. Source: pkg/apis/core/validation, ValidatePersistentVolume, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, wideColumn } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkImmutable, forbiddenField, requiredField, unsupportedField } from '../field-errors.ts';
import { describeChanges } from '../pod/describe-changes.ts';
import { nodeTermWarnings } from '../pod/node-label-warnings.ts';
import { classAnnotationWarnings, sourceWarnings } from '../pod/volume-warnings.ts';
import { checkPlaces, checkPlacesUpdate, checkRecycling, checkVolumeSource, type Placed } from './validate-volume.ts';
import {
  accessModesCell,
  checkAccessModes,
  checkClassName,
  checkPositive,
  checkVolumeMode,
  UNSET_CLASS,
} from './volume-access.ts';

/** SwaggerDoc() of spec.claimRef, which the model leaves out where a field is of another type. */
const CLAIM_DOC =
  'claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected to be non-nil ' +
  'when bound. claim.VolumeName is the authoritative bind between PV and PVC. More info: ' +
  'https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding';

interface PersistentVolumeSpec extends Placed {
  csi?: { controllerExpandSecretRef?: object };
  capacity?: Record<string, string>;
  accessModes?: string[];
  claimRef?: { namespace?: string; name?: string };
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
}
interface PersistentVolume extends KubeObject {
  spec?: PersistentVolumeSpec;
  status?: { phase?: string; reason?: string };
}

const POLICIES = ['Delete', 'Recycle', 'Retain'];
/** Fields of a spec that are no source of a volume. */
const OTHER_FIELDS = [
  ...['capacity', 'accessModes', 'persistentVolumeReclaimPolicy', 'claimRef', 'storageClassName', 'volumeMode'],
  ...['mountOptions', 'nodeAffinity', 'volumeAttributesClassName'],
];
const sourcesOf = (spec: object): string[] => Object.keys(spec).filter((field) => !OTHER_FIELDS.includes(field));

const COLUMNS: readonly Column<PersistentVolume>[] = [
  NAME_COLUMN,
  column('Capacity', docOf('spec.capacity'), ({ spec }) => spec?.capacity?.['storage'] ?? ''),
  column('Access Modes', docOf('spec.accessModes'), ({ spec }) => accessModesCell(spec?.accessModes)),
  column(
    'Reclaim Policy',
    docOf('spec.persistentVolumeReclaimPolicy'),
    ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? '',
  ),
  column('Status', docOf('status.phase'), ({ metadata, status }) =>
    metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
  ),
  column('Claim', CLAIM_DOC, ({ spec }) =>
    spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`,
  ),
  column('StorageClass', 'StorageClass of the pv', ({ spec }) => spec?.storageClassName ?? ''),
  column(
    'VolumeAttributesClass',
    'VolumeAttributesClass of the pv',
    ({ spec }) => spec?.volumeAttributesClassName ?? UNSET_CLASS,
  ),
  column('Reason', docOf('status.reason'), ({ status }) => status?.reason ?? ''),
  AGE_COLUMN,
  wideColumn('VolumeMode', docOf('spec.volumeMode'), ({ spec }) => spec?.volumeMode ?? UNSET_CLASS),
];

const RECYCLES =
  'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is ' +
  'to use dynamic provisioning.';

function checkAttributesClass(name: string | undefined, spec: object): StatusCause[] {
  if (name === undefined) {
    return [];
  }
  const path = 'spec.volumeAttributesClassName';
  return [
    ...(name === '' ? [requiredField(path, 'an empty string is disallowed')] : checkClassName(path, name)),
    ...('csi' in spec ? [] : [requiredField('spec.csi', 'has to be specified when using volumeAttributesClassName')]),
  ];
}

function validate({ spec = {} }: PersistentVolume): StatusCause[] {
  const { accessModes = [], capacity = {}, persistentVolumeReclaimPolicy: policy = '' } = spec;
  const [source, ...others] = sourcesOf(spec);
  return [
    ...checkAccessModes('spec.accessModes', accessModes, ''),
    ...(Object.keys(capacity).length === 0 ? [requiredField('spec.capacity')] : []),
    ...(Object.keys(capacity).join() === 'storage'
      ? []
      : [unsupportedField('spec.capacity', spec.capacity ?? null, ['storage'])]),
    ...Object.entries(capacity).flatMap(([name, text]) => checkPositive(`spec.capacity[${name}]`, text)),
    ...(POLICIES.includes(policy) ? [] : [unsupportedField('spec.persistentVolumeReclaimPolicy', policy, POLICIES)]),
    ...checkPlaces(spec),
    ...(source === undefined ? [requiredField('spec', 'must specify a volume type')] : []),
    ...others.map((other) => forbiddenField(`spec.${other}`, 'may not specify more than 1 volume type')),
    ...(source === undefined ? [] : checkVolumeSource(source, spec)),
    ...checkRecycling(spec),
    ...checkClassName('spec.storageClassName', spec.storageClassName),
    ...checkVolumeMode('spec.volumeMode', spec.volumeMode),
    ...checkAttributesClass(spec.volumeAttributesClassName, spec),
  ];
}

/** Source: ValidatePersistentVolumeUpdate, 1.34: this secret may be given where there was none. */
function withoutNewSecret(spec: PersistentVolumeSpec, { csi: old }: PersistentVolumeSpec): PersistentVolumeSpec {
  const { csi } = spec;
  if (csi === undefined || old === undefined || old.controllerExpandSecretRef !== undefined) {
    return spec;
  }
  const { controllerExpandSecretRef: _, ...rest } = csi;
  return { ...spec, csi: rest };
}

function validateUpdate({ spec = {} }: PersistentVolume, { spec: old = {} }: PersistentVolume): StatusCause[] {
  const sources = (of: object): object =>
    Object.fromEntries(Object.entries(of).filter(([name]) => sourcesOf(of).includes(name)));
  const [source, before] = [sources(withoutNewSecret(spec, old)), sources(old)];
  const fixed = 'spec.persistentvolumesource is immutable after creation';
  return [
    ...(isDeepStrictEqual(source, before)
      ? []
      : [forbiddenField('spec.persistentvolumesource', `${fixed}\n${describeChanges('spec', before, source)}`)]),
    ...checkImmutable('volumeMode', spec.volumeMode, spec.volumeMode === old.volumeMode),
    ...checkPlacesUpdate(spec.nodeAffinity, old.nodeAffinity),
  ];
}

/** Source: pkg/api/persistentvolume/util.go. */
const warnings = ({ metadata, spec = {} }: PersistentVolume): string[] => [
  ...classAnnotationWarnings(metadata.annotations),
  ...(spec.persistentVolumeReclaimPolicy === 'Recycle' ? [RECYCLES] : []),
  ...nodeTermWarnings('spec.nodeAffinity.required.nodeSelectorTerms', spec.nodeAffinity?.required?.nodeSelectorTerms),
  ...sourceWarnings('spec', spec),
];

export const persistentVolume = defineResource<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.PersistentVolume',
  hasGeneration: false,
  deletion: { answersObject: true },
  columns: COLUMNS,
  subresources: { status: true },
  applyDefaults: ({ spec }) => {
    if (spec !== undefined) {
      spec.persistentVolumeReclaimPolicy ||= 'Retain';
      spec.volumeMode ||= 'Filesystem';
    }
  },
  prepareForCreate: (object) => {
    object.status = { phase: 'Pending' };
  },
  validate,
  validateUpdate,
  warnings,
});
