/** Volumes and their sources. Source: pkg/apis/core/validation, ValidateVolumes, validateVolumeSource, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label } from '../../values/name-rules.ts';
import { checkClaimSpec } from '../core/validate-claim.ts';
import { duplicateField, forbiddenField, requiredField, violations } from '../field-errors.ts';
import { checkDriverName } from '../storage-api/driver-name.ts';
import { checkNeededFields } from './needed-source-fields.ts';
import { checkFiles, checkItems, checkMode } from './validate-files.ts';
import type { Volumes } from './validate-mounts.ts';
import { checkProjected } from './validate-projected.ts';
import { checkHostPath, checkNfs } from './validate-shared-sources.ts';
import type { Volume, VolumeSource } from './volume.ts';

const needs = (path: string, text: string | undefined): StatusCause[] => (text ? [] : [requiredField(path)]);

type SourceName = keyof VolumeSource;
const CHECKS: {
  readonly [Name in SourceName]?: (path: string, source: NonNullable<VolumeSource[Name]>) => StatusCause[];
} = {
  emptyDir: (path, { sizeLimit = '' }) =>
    sizeLimit.startsWith('-')
      ? [forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: checkHostPath,
  secret: (path, { secretName, defaultMode, items }) => [
    ...needs(`${path}.secretName`, secretName),
    ...checkMode(`${path}.defaultMode`, defaultMode),
    ...checkItems(`${path}.items`, items),
  ],
  configMap: (path, { name, defaultMode, items }) => [
    ...needs(`${path}.name`, name),
    ...checkMode(`${path}.defaultMode`, defaultMode),
    ...checkItems(`${path}.items`, items),
  ],
  downwardAPI: (path, { defaultMode, items }) => [
    ...checkMode(`${path}.defaultMode`, defaultMode),
    ...checkFiles(path, items),
  ],
  projected: checkProjected,
  persistentVolumeClaim: (path, { claimName }) => needs(`${path}.claimName`, claimName),
  nfs: checkNfs,
  csi: (path, { driver = '', nodePublishSecretRef: secret }) => [
    ...checkDriverName(`${path}.driver`, driver),
    ...(secret === undefined ? [] : needs(`${path}.nodePublishSecretRef.name`, secret.name)),
  ],
  ephemeral: (path, { volumeClaimTemplate: template }) =>
    template === undefined
      ? [requiredField(`${path}.volumeClaimTemplate`)]
      : checkClaimSpec(`${path}.volumeClaimTemplate.spec`, template.spec ?? {}),
};

function checkNamedSource<Name extends SourceName>(path: string, volume: VolumeSource, name: Name): StatusCause[] {
  const source = volume[name];
  if (source === undefined) {
    return [];
  }
  const check = CHECKS[name];
  return check === undefined
    ? checkNeededFields(path, name, source)
    : check(path, source as NonNullable<VolumeSource[Name]>);
}

/** Exactly one source; only the first of several is looked into. */
function checkSource(path: string, volume: Volume): StatusCause[] {
  const [first, ...others] = Object.keys(volume).filter((key) => key !== 'name');
  if (first === undefined) {
    return [requiredField(path, 'must specify a volume type')];
  }
  return [
    ...checkNamedSource(`${path}.${first}`, volume, first as SourceName),
    ...others.map((other) => forbiddenField(`${path}.${other}`, 'may not specify more than 1 volume type')),
  ];
}

/** The errors, and the valid volumes, which are the only ones that can be mounted. */
export function checkVolumes(path: string, volumes: readonly Volume[]): { causes: StatusCause[]; valid: Volumes } {
  const valid = new Map<string, Volume>();
  const causes = volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const { name = '' } = volume;
    const found = [
      ...checkSource(at, volume),
      ...(name === '' ? [requiredField(`${at}.name`)] : violations(isDNS1123Label, `${at}.name`, name)),
      ...(valid.has(name) ? [duplicateField(`${at}.name`, name)] : []),
    ];
    if (found.length === 0) {
      valid.set(name, volume);
    }
    return found;
  });
  return { causes, valid };
}
