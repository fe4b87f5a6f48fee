/** Access modes of volumes and claims: rules and cell. Source: pkg/apis/core/helper, GetAccessModesAsString, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { forbiddenField, requiredField, unsupportedField } from '../field-errors.ts';

export const UNSET_CLASS = '<unset>';

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const MODES = Object.keys(SHORT).sort();
const ALONE = 'ReadWriteOncePod';

export const accessModesCell = (modes: readonly string[] = []): string =>
  Object.keys(SHORT)
    .filter((mode) => modes.includes(mode))
    .map((mode) => SHORT[mode])
    .join(',');

export function checkAccessModes(path: string, modes: readonly string[]): StatusCause[] {
  if (modes.length === 0) {
    return [requiredField(path, 'at least 1 access mode is required')];
  }
  const mixed = modes.includes(ALONE) && modes.length > 1;
  return [
    ...modes.flatMap((mode) => (MODES.includes(mode) ? [] : [unsupportedField(path, mode, MODES)])),
    ...(mixed ? [forbiddenField(path, 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}
