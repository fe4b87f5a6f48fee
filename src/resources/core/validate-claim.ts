/** What a claim, or a template of claims, asks for. Source: pkg/apis/core/validation, ValidatePersistentVolumeClaimSpec, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../values/name-rules.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import type { ClaimSpec, DataSource } from './claim-spec.ts';
import { checkAccessModes, checkClassName, checkPositive, checkVolumeMode } from './volume-access.ts';

function checkDataSource(path: string, source: DataSource | undefined, sparesGroup: boolean): StatusCause[] {
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
    ...(apiGroup === '' || sparesGroup ? [] : violations(isDNS1123Subdomain, `${path}.apiGroup`, apiGroup)),
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

const hasGroup = ({ dataSource, dataSourceRef }: ClaimSpec): boolean =>
  dataSource?.apiGroup !== undefined || dataSourceRef?.apiGroup !== undefined;

/** Groups were free once, so that a claim that has one keeps it. `old` on an update. */
export function checkClaimSpec(path: string, spec: ClaimSpec, old: ClaimSpec = {}): StatusCause[] {
  const storage = spec.resources?.requests?.['storage'];
  const at = `${path}.resources[storage]`;
  return [
    ...checkAccessModes(`${path}.accessModes`, spec.accessModes ?? [], 'at least 1 access mode is required'),
    ...(spec.selector === undefined ? [] : checkLabelSelector(`${path}.selector`, spec.selector)),
    ...(storage === undefined ? [requiredField(at)] : checkPositive(at, storage)),
    ...checkClassName(`${path}.storageClassName`, spec.storageClassName),
    ...checkVolumeMode(`${path}.volumeMode`, spec.volumeMode),
    ...checkDataSource(`${path}.dataSource`, spec.dataSource, hasGroup(old)),
    ...checkDataSource(`${path}.dataSourceRef`, spec.dataSourceRef, hasGroup(old)),
    ...checkBothSources(path, spec),
    ...checkClassName(`${path}.volumeAttributesClassName`, spec.volumeAttributesClassName),
  ];
}
