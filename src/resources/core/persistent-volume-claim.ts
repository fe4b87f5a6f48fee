/** core/v1 PersistentVolumeClaim. Source: pkg/apis/core/validation, ValidatePersistentVolumeClaim, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { compareQuantities, parseQuantity } from '../../values/quantity.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, wideColumn } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkImmutable, forbiddenField } from '../field-errors.ts';
import { describeChanges } from '../pod/describe-changes.ts';
import { claimSpecWarnings, classAnnotationWarnings } from '../pod/volume-warnings.ts';
import { settleDataSources, withBothSources } from './claim-data-sources.ts';
import type { ClaimSpec } from './claim-spec.ts';
import { checkClaimSpec } from './validate-claim.ts';
import { accessModesCell, UNSET_CLASS } from './volume-access.ts';

interface PersistentVolumeClaim extends KubeObject {
  spec?: ClaimSpec;
  status?: {
    phase?: string;
    capacity?: Record<string, string>;
    accessModes?: string[];
    currentVolumeAttributesClassName?: string;
  };
}

const IMMUTABLE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

const isBound = ({ spec }: PersistentVolumeClaim): boolean => (spec?.volumeName ?? '') !== '';

const COLUMNS: readonly Column<PersistentVolumeClaim>[] = [
  NAME_COLUMN,
  column('Status', docOf('status.phase'), ({ metadata, status }) =>
    metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
  ),
  column('Volume', docOf('spec.volumeName'), ({ spec }) => spec?.volumeName ?? ''),
  column('Capacity', docOf('status.capacity'), (claim) =>
    isBound(claim) ? (claim.status?.capacity?.['storage'] ?? '') : '',
  ),
  column('Access Modes', docOf('status.accessModes'), (claim) =>
    isBound(claim) ? accessModesCell(claim.status?.accessModes) : '',
  ),
  column('StorageClass', 'StorageClass of the pvc', ({ spec }) => spec?.storageClassName ?? ''),
  column(
    'VolumeAttributesClass',
    'VolumeAttributesClass of the pvc',
    ({ spec }) => spec?.volumeAttributesClassName ?? UNSET_CLASS,
  ),
  AGE_COLUMN,
  wideColumn('VolumeMode', docOf('spec.volumeMode'), ({ spec }) => spec?.volumeMode ?? UNSET_CLASS),
];

/** What a bound claim may ask for anew is left out. */
function fixedPart({ resources, volumeAttributesClassName: _, ...rest }: ClaimSpec): object {
  return { ...rest, resources: { limits: resources?.limits } };
}

/** A class that never took effect may be given up. */
function checkAttributesClassUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): StatusCause[] {
  const name = claim.spec?.volumeAttributesClassName;
  const isHeld = old.status?.currentVolumeAttributesClassName !== undefined;
  if (name === old.spec?.volumeAttributesClassName || !isHeld || (name ?? '') !== '') {
    return [];
  }
  const detail = `update to ${name === undefined ? 'nil' : 'empty string'} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbiddenField('spec.volumeAttributesClassName', detail)];
}

function validateUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): StatusCause[] {
  // Claims that were stored before sources were settled say theirs in one field.
  const [spec, before] = [claim.spec ?? {}, withBothSources(old.spec ?? {})];
  const binds = !isBound(old) && isBound(claim);
  const settled = {
    ...before,
    ...(binds ? { volumeName: spec.volumeName ?? '' } : {}),
    // One that waits for a default class may be given it.
    ...(before.storageClassName === undefined && spec.storageClassName !== undefined
      ? { storageClassName: spec.storageClassName }
      : {}),
  };
  const wanted = parseQuantity(spec.resources?.requests?.['storage'] ?? '');
  const had = parseQuantity(before.resources?.requests?.['storage'] ?? '');
  const held = parseQuantity(old.status?.capacity?.['storage'] ?? '0');
  /** Down to what the volume has: an expansion that failed is taken back. */
  const shrinks =
    wanted !== undefined &&
    had !== undefined &&
    held !== undefined &&
    compareQuantities(wanted, had) < 0 &&
    compareQuantities(wanted, held) <= 0;
  const [fixed, wasFixed] = isBound(old) ? [fixedPart(spec), fixedPart(settled)] : [spec, settled];
  const isSame = isDeepStrictEqual(fixed, wasFixed);
  return [
    ...(isSame ? [] : [forbiddenField('spec', `${IMMUTABLE}\n${describeChanges('spec', wasFixed, fixed)}`)]),
    ...(isSame && shrinks
      ? [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []),
    ...checkImmutable('volumeMode', spec.volumeMode, spec.volumeMode === before.volumeMode),
    ...checkAttributesClassUpdate(claim, old),
  ];
}

export const persistentVolumeClaim = defineResource<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.PersistentVolumeClaim',
  hasGeneration: false,
  deletion: { answersObject: true },
  columns: COLUMNS,
  subresources: { status: true },
  applyDefaults: ({ spec }) => {
    if (spec !== undefined) {
      spec.volumeMode ||= 'Filesystem';
    }
  },
  prepareForCreate: (object) => {
    object.status = { phase: 'Pending' };
    settleDataSources(object.spec ?? {});
  },
  prepareForUpdate: ({ spec = {} }, { spec: old }) => settleDataSources(spec, old),
  validate: ({ spec = {} }, old) => checkClaimSpec('spec', spec, old?.spec),
  validateUpdate,
  warnings: ({ metadata, spec = {} }) => [
    ...classAnnotationWarnings(metadata.annotations),
    ...claimSpecWarnings('spec', spec),
  ],
});
