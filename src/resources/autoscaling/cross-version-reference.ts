/** What an autoscaler points to. Source: pkg/apis/autoscaling/validation, ValidateCrossVersionObjectReference, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { groupVersionProblem } from '../../values/group-version.ts';
import { isPathSegmentName } from '../../values/name-rules.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import type { CrossVersionReference } from './autoscaler-spec.ts';

/** `named`: a group must be there. `anyGroup`: the core group will do. `spared`: it was there before the rule. */
export type ApiVersionRule = 'named' | 'anyGroup' | 'spared';

const needed = (path: string, text: string): StatusCause[] =>
  text === '' ? [requiredField(path)] : violations(isPathSegmentName, path, text);

function apiVersionProblem(apiVersion: string, rule: ApiVersionRule): string | undefined {
  const parts = apiVersion.split('/');
  if (rule === 'spared') {
    return undefined;
  }
  if (parts.length > 2) {
    return groupVersionProblem(apiVersion);
  }
  const hasGroup = parts.length === 2 && parts[0] !== '';
  return rule === 'anyGroup' || hasGroup ? undefined : 'apiVersion must specify API group';
}

export function checkReference(path: string, reference: CrossVersionReference, rule: ApiVersionRule): StatusCause[] {
  const { apiVersion = '', kind = '', name = '' } = reference;
  const problem = apiVersionProblem(apiVersion, rule);
  return [
    ...needed(`${path}.kind`, kind),
    ...needed(`${path}.name`, name),
    ...(problem === undefined ? [] : [invalidField(`${path}.apiVersion`, apiVersion, problem)]),
  ];
}
