/** Volumes and their sources. Source: pkg/apis/core/validation, ValidateVolumes, validateVolumeSource, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label } from '../../values/name-rules.ts';
import {
  duplicateField,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
  violations,
} from '../field-errors.ts';
import { checkFiles, checkItems, checkMode } from './validate-files.ts';
import type { Volumes } from './validate-mounts.ts';
import { checkNoBacksteps } from './validate-paths.ts';
import { checkProjected } from './validate-projected.ts';
import type { Volume, VolumeSource } from './volume.ts';

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

const needs = (path: string, text: string | undefined): StatusCause[] => (text ? [] : [requiredField(path)]);

type SourceName = keyof VolumeSource;
const CHECKS: {
  readonly [Name in SourceName]?: (path: string, source: NonNullable<VolumeSource[Name]>) => StatusCause[];
} = {
  emptyDir: (path, { sizeLimit = '' }) =>
    sizeLimit.startsWith('-')
      ? [forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: (path, { path: hostPath = '', type = '' }) =>
    hostPath === ''
      ? [requiredField(`${path}.path`)]
      : [
          ...checkNoBacksteps(`${path}.path`, hostPath),
          ...(HOST_PATH_TYPES.includes(type) ? [] : [unsupportedField(`${path}.type`, type, HOST_PATH_TYPES)]),
        ],
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
  nfs: (path, { server, path: exported = '' }) => [
    ...needs(`${path}.server`, server),
    ...needs(`${path}.path`, exported),
    ...(exported.startsWith('/') ? [] : [invalidField(`${path}.path`, exported, 'must be an absolute path')]),
  ],
  csi: (path, { driver }) => needs(`${path}.driver`, driver),
  ephemeral: (path, { volumeClaimTemplate }) =>
    volumeClaimTemplate === undefined ? [requiredField(`${path}.volumeClaimTemplate`)] : [],
};

function checkNamedSource<Name extends SourceName>(path: string, volume: VolumeSource, name: Name): StatusCause[] {
  const source = volume[name];
  return source === undefined ? [] : (CHECKS[name]?.(path, source as NonNullable<VolumeSource[Name]>) ?? []);
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
