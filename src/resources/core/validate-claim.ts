/** What a claim, or a template of claims, asks for. Source: pkg/apis/core/validation, ValidatePersistentVolumeClaimSpec, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../values/name-rules.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { checkAccessModes, checkClassName, checkPositive, checkVolumeMode } from './volume-access.ts';

export interface DataSource {
  apiGroup?: string;
  kind?: string;
  name?: string;
  namespace?: string;
}
export interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  volumeName?: string;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  dataSource?: DataSource;
  dataSourceRef?: DataSource;
}

function checkDataSource(path: string, source: DataSource | undefined): StatusCause[] {
  if (source === undefined) {
    return [];
  }
  const { apiGroup = '', kind = '', name = '', namespace = '' } = source;
  const isForeign = apiGroup === '' && kind !== 'PersistentVolumeClaim';
  return [
    ...(name === '' ? [requiredField(`${path}.name`)] : []),
    ...(kind === '' ? [requiredField(`${path}.kind`)] : []),
    ...(isForeign
      ? [invalidField(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
      : []),
    ...(apiGroup === '' ? [] : violations(isDNS1123Subdomain, `${path}.apiGroup`, apiGroup)),
    ...(namespace === '' ? [] : violations(isDNS1123Label, `${path}.namespace`, namespace)),
  ];
}

/** Kubernetes shows the path where it means the value. */
function checkBothSources(path: string, { dataSource, dataSourceRef: ref }: ClaimSpec): StatusCause[] {
  if (dataSource === undefined || ref === undefined) {
    return [];
  }
  const refuse = (detail: string): StatusCause[] => [invalidField(path, `${path}.dataSource`, detail)];
  if ((ref.namespace ?? '') !== '') {
    return refuse('may not be specified when dataSourceRef.namespace is specified');
  }
  const isSame = (['apiGroup', 'kind', 'name'] as const).every((field) => dataSource[field] === ref[field]);
  return isSame ? [] : refuse('must match dataSourceRef');
}

export function checkClaimSpec(path: string, spec: ClaimSpec): StatusCause[] {
  const storage = spec.resources?.requests?.['storage'];
  const at = `${path}.resources[storage]`;
  return [
    ...checkAccessModes(`${path}.accessModes`, spec.accessModes ?? [], 'at least 1 access mode is required'),
    ...(spec.selector === undefined ? [] : checkLabelSelector(`${path}.selector`, spec.selector)),
    ...(storage === undefined ? [requiredField(at)] : checkPositive(at, storage)),
    ...checkClassName(`${path}.storageClassName`, spec.storageClassName),
    ...checkVolumeMode(`${path}.volumeMode`, spec.volumeMode),
    ...checkDataSource(`${path}.dataSource`, spec.dataSource),
    ...checkDataSource(`${path}.dataSourceRef`, spec.dataSourceRef),
    ...checkBothSources(path, spec),
    ...checkClassName(`${path}.volumeAttributesClassName`, spec.volumeAttributesClassName),
  ];
}
