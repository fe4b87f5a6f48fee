/** Seccomp and AppArmor profiles. Source: pkg/apis/core/validation, ValidateSeccompProfileField and its kin, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField, requiredField, tooLongField, unsupportedField } from '../field-errors.ts';
import { checkDescendingPath } from './validate-paths.ts';

export interface Profile {
  type?: string;
  localhostProfile?: string;
}

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
/** PATH_MAX without its end. */
const MAX_PATH = 4_095;

function checkType(path: string, type: string, field: string): StatusCause[] {
  if (type === '') {
    return [requiredField(`${path}.type`, `type is required when ${field} is set`)];
  }
  return TYPES.includes(type) ? [] : [unsupportedField(`${path}.type`, type, TYPES)];
}

export function checkSeccomp(path: string, profile: Profile): StatusCause[] {
  const { type = '', localhostProfile } = profile;
  const field = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    return localhostProfile === undefined
      ? [requiredField(field, 'must be set when seccomp type is Localhost')]
      : checkDescendingPath(field, localhostProfile);
  }
  return [
    ...checkType(path, type, 'seccompProfile'),
    ...(localhostProfile === undefined
      ? []
      : [invalidField(field, profile, 'can only be set when seccomp type is Localhost')]),
  ];
}

function checkLoaded(path: string, name = ''): StatusCause[] {
  if (name === '') {
    return [requiredField(path, 'must be set when AppArmor type is Localhost')];
  }
  return [
    ...(name.trim() === name ? [] : [invalidField(path, name, 'must not be padded with whitespace')]),
    ...(Buffer.byteLength(name) > MAX_PATH ? [tooLongField(path, MAX_PATH)] : []),
  ];
}

export function checkAppArmor(path: string, { type = '', localhostProfile }: Profile): StatusCause[] {
  const field = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    return checkLoaded(field, localhostProfile);
  }
  const ofType = checkType(path, type, 'appArmorProfile');
  return ofType.length > 0 || localhostProfile === undefined
    ? ofType
    : [invalidField(field, localhostProfile, 'can only be set when AppArmor type is Localhost')];
}
