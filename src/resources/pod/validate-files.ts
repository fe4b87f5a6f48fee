/** Files that volumes are filled with. Source: pkg/apis/core/validation, validateKeyToPath, validateDownwardAPIVolumeFile. */
import type { StatusCause } from '../../errors.ts';
import { invalidField, requiredField } from '../field-errors.ts';
import { checkFieldRef, checkResourceFieldRef } from './validate-downward.ts';
import { checkNonReservedPath } from './validate-paths.ts';
import type { DownwardFile, KeyToPath } from './volume.ts';

const MAX_MODE = 0o777;

export function checkMode(path: string, mode: number | undefined): StatusCause[] {
  const isValid = mode === undefined || (mode >= 0 && mode <= MAX_MODE);
  return isValid ? [] : [invalidField(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

export const checkItems = (path: string, items: readonly KeyToPath[] | undefined): StatusCause[] =>
  (items ?? []).flatMap(({ key = '', path: file = '', mode }, index) => [
    ...(key === '' ? [requiredField(`${path}[${index}].key`)] : []),
    ...(file === '' ? [requiredField(`${path}[${index}].path`)] : []),
    ...checkNonReservedPath(`${path}[${index}].path`, file),
    ...checkMode(`${path}[${index}].mode`, mode),
  ]);

function checkContent(path: string, { fieldRef, resourceFieldRef }: DownwardFile): StatusCause[] {
  if (fieldRef === undefined) {
    return resourceFieldRef === undefined
      ? [requiredField(path, 'one of fieldRef and resourceFieldRef is required')]
      : checkResourceFieldRef(`${path}.resourceFieldRef`, resourceFieldRef, 'file');
  }
  const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously';
  return [
    ...checkFieldRef(`${path}.fieldRef`, fieldRef, 'file'),
    ...(resourceFieldRef === undefined ? [] : [invalidField(path, 'resource', detail)]),
  ];
}

/** Errors are reported on the volume source, without the item's index, as the reference does. */
export const checkFiles = (path: string, files: readonly DownwardFile[] | undefined): StatusCause[] =>
  (files ?? []).flatMap((file) => [
    ...(file.path ? [] : [requiredField(`${path}.path`)]),
    ...checkNonReservedPath(`${path}.path`, file.path ?? ''),
    ...checkContent(path, file),
    ...checkMode(`${path}.mode`, file.mode),
  ]);
