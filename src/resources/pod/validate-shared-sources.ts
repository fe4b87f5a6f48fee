/** Sources that pods and persistent volumes have alike. Source: pkg/apis/core/validation, validateHostPathVolumeSource, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { checkNoBacksteps } from './validate-paths.ts';

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

export const checkHostPath = (
  path: string,
  { path: hostPath = '', type = '' }: { path?: string; type?: string },
): StatusCause[] =>
  hostPath === ''
    ? [requiredField(`${path}.path`)]
    : [
        ...checkNoBacksteps(`${path}.path`, hostPath),
        ...(HOST_PATH_TYPES.includes(type) ? [] : [unsupportedField(`${path}.type`, type, HOST_PATH_TYPES)]),
      ];

export const checkNfs = (
  path: string,
  { server = '', path: exported = '' }: { server?: string; path?: string },
): StatusCause[] => [
  ...(server === '' ? [requiredField(`${path}.server`)] : []),
  ...(exported === '' ? [requiredField(`${path}.path`)] : []),
  ...(exported.startsWith('/') ? [] : [invalidField(`${path}.path`, exported, 'must be an absolute path')]),
];
