/** Access modes of volumes and claims: rules and cell. Source: pkg/apis/core/helper, GetAccessModesAsString, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain } from '../../values/name-rules.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';

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

/** Claims say why they need one. */
export function checkAccessModes(path: string, modes: readonly string[], whyRequired: string): StatusCause[] {
  if (modes.length === 0) {
    return [requiredField(path, whyRequired)];
  }
  const mixed = modes.includes(ALONE) && modes.length > 1;
  return [
    ...modes.flatMap((mode) => (MODES.includes(mode) ? [] : [unsupportedField(path, mode, MODES)])),
    ...(mixed ? [forbiddenField(path, 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}

const VOLUME_MODES = ['Block', 'Filesystem'];

export const checkVolumeMode = (path: string, mode: string | undefined): StatusCause[] =>
  mode === undefined || VOLUME_MODES.includes(mode) ? [] : [unsupportedField(path, mode, VOLUME_MODES)];

/** '' is a choice: no class. */
export const checkClassName = (path: string, name = ''): StatusCause[] =>
  name === '' ? [] : violations(isDNS1123Subdomain, path, name);

export const checkPositive = (path: string, text: string): StatusCause[] =>
  (parseQuantity(text)?.nanos ?? 0n) > 0n ? [] : [invalidField(path, text, 'must be greater than zero')];
