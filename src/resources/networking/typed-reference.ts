/** A reference within a group: of ingress backends and of the parameters of a class. Source: validateIngressTypedLocalObjectReference, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain, isPathSegmentName } from '../../values/name-rules.ts';
import { requiredField, violations } from '../field-errors.ts';

export interface TypedReference {
  apiGroup?: string;
  kind?: string;
  name?: string;
}

export function checkTypedReference(path: string, { apiGroup, kind = '', name = '' }: TypedReference): StatusCause[] {
  return [
    ...(apiGroup === undefined ? [] : violations(isDNS1123Subdomain, `${path}.apiGroup`, apiGroup)),
    ...(kind === ''
      ? [requiredField(`${path}.kind`, 'kind is required')]
      : violations(isPathSegmentName, `${path}.kind`, kind)),
    ...(name === ''
      ? [requiredField(`${path}.name`, 'name is required')]
      : violations(isPathSegmentName, `${path}.name`, name)),
  ];
}
