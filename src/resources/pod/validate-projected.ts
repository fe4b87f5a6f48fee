/** Projected volumes. Source: pkg/apis/core/validation, validateProjectionSources, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { forbiddenField, invalidField, requiredField } from '../field-errors.ts';
import { checkFiles, checkItems, checkMode } from './validate-files.ts';
import { checkNonReservedPath } from './validate-paths.ts';
import type { Projection, VolumeSource } from './volume.ts';

const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

type Named = NonNullable<Projection['secret']>;

const checkNamed = (path: string, source: Named | undefined): StatusCause[] =>
  source === undefined
    ? []
    : [...(source.name ? [] : [requiredField(`${path}.name`)]), ...checkItems(`${path}.items`, source.items)];

function checkToken(list: string, path: string, token: Projection['serviceAccountToken']): StatusCause[] {
  if (token === undefined) {
    return [];
  }
  const { path: file = '', expirationSeconds = 0 } = token;
  const field = `${path}.expirationSeconds`;
  return [
    ...(expirationSeconds < MIN_TOKEN_SECONDS
      ? [invalidField(field, expirationSeconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(expirationSeconds > MAX_TOKEN_SECONDS
      ? [invalidField(field, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
    ...(file === '' ? [requiredField(`${list}.path`)] : checkNonReservedPath(`${list}.path`, file)),
  ];
}

const filesOf = ({ secret, configMap, downwardAPI }: Projection): { file: string; owner: string }[] => [
  ...[secret, configMap].flatMap((source) =>
    (source?.items ?? []).map(({ path = '' }) => ({ file: path, owner: source?.name ?? '' })),
  ),
  ...(downwardAPI?.items ?? []).map(({ path = '' }) => ({ file: path, owner: path })),
];

function checkConflicts(path: string, sources: readonly Projection[]): StatusCause[] {
  const taken = new Set<string>();
  return sources.flatMap(filesOf).flatMap(({ file, owner }) => {
    if (file === '' || !taken.has(file)) {
      taken.add(file);
      return [];
    }
    return [invalidField(path, owner, 'conflicting duplicate paths')];
  });
}

export function checkProjected(path: string, projected: NonNullable<VolumeSource['projected']>): StatusCause[] {
  const { defaultMode, sources = [] } = projected;
  return [
    ...checkMode(`${path}.defaultMode`, defaultMode),
    ...sources.flatMap((source, index) => {
      const at = `${path}.sources[${index}]`;
      return [
        ...checkNamed(`${at}.secret`, source.secret),
        ...checkNamed(`${at}.configMap`, source.configMap),
        ...checkFiles(`${at}.downwardAPI`, source.downwardAPI?.items),
        ...checkToken(path, `${at}.serviceAccountToken`, source.serviceAccountToken),
        ...(Object.keys(source).length > 1 ? [forbiddenField(at, 'may not specify more than 1 volume type')] : []),
      ];
    }),
    ...checkConflicts(path, sources),
  ];
}
