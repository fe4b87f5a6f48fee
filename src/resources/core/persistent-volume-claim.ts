/** core/v1 PersistentVolumeClaim. Source: pkg/apis/core/validation, ValidatePersistentVolumeClaim, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { compareQuantities, parseQuantity } from '../../values/quantity.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, wideColumn } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { forbiddenField, requiredField } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { claimSpecWarnings, classAnnotationWarnings } from '../pod/volume-warnings.ts';
import { accessModesCell, checkAccessModes, checkPositive, checkVolumeMode, UNSET_CLASS } from './volume-access.ts';

export interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  volumeName?: string;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
}
interface PersistentVolumeClaim extends KubeObject {
  spec?: ClaimSpec;
  status?: { phase?: string; capacity?: Record<string, string>; accessModes?: string[] };
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

export function checkClaimSpec(path: string, spec: ClaimSpec): StatusCause[] {
  const storage = spec.resources?.requests?.['storage'];
  const at = `${path}.resources[storage]`;
  return [
    ...checkAccessModes(`${path}.accessModes`, spec.accessModes ?? [], 'at least 1 access mode is required'),
    ...(spec.selector === undefined ? [] : checkLabelSelector(`${path}.selector`, spec.selector)),
    ...(storage === undefined ? [requiredField(at)] : checkPositive(at, storage)),
    ...checkVolumeMode(`${path}.volumeMode`, spec.volumeMode),
  ];
}

/** What a bound claim may ask for anew is left out. */
function fixedPart({ resources, volumeAttributesClassName: _, ...rest }: ClaimSpec): object {
  return { ...rest, limits: resources?.limits };
}

function validateUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): StatusCause[] {
  const [spec, before] = [claim.spec ?? {}, old.spec ?? {}];
  const binds = !isBound(old) && isBound(claim);
  const settled = { ...before, ...(binds ? { volumeName: spec.volumeName ?? '' } : {}) };
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
  const isSame = isBound(old)
    ? isDeepStrictEqual(fixedPart(spec), fixedPart(before))
    : isDeepStrictEqual(spec, settled);
  return [
    ...(isSame ? [] : [forbiddenField('spec', IMMUTABLE)]),
    ...(isSame && shrinks
      ? [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []),
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
  },
  validate: ({ spec = {} }) => checkClaimSpec('spec', spec),
  validateUpdate,
  warnings: ({ metadata, spec = {} }) => [
    ...classAnnotationWarnings(metadata.annotations),
    ...claimSpecWarnings('spec', spec),
  ],
});
