/** Names of CSI drivers where something refers to them. Source: pkg/apis/core/validation, ValidateCSIDriverName, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain } from '../../values/name-rules.ts';
import { invalidField, requiredField, tooLongField } from '../field-errors.ts';

const MAX_NAME = 63;

export const checkDriverName = (path: string, name: string): StatusCause[] => [
  ...(name === '' ? [requiredField(path)] : []),
  ...(Buffer.byteLength(name) > MAX_NAME ? [tooLongField(path, MAX_NAME)] : []),
  ...isDNS1123Subdomain(name.toLowerCase()).map((message) => invalidField(path, name, message)),
];
