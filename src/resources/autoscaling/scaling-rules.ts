/** How fast an autoscaler may go. Source: pkg/apis/autoscaling/validation, validateScalingRules, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import type { ScalingRules } from './autoscaler-spec.ts';

type Policy = NonNullable<ScalingRules['policies']>[number];

const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];
const MAX_PERIOD = 1_800;
const MAX_WINDOW = 3_600;

const atMost = (path: string, value: number, limit: number): StatusCause[] =>
  value > limit ? [invalidField(path, value, `must be less than or equal to ${limit}`)] : [];
const aboveZero = (path: string, value: number): StatusCause[] =>
  value > 0 ? [] : [invalidField(path, value, 'must be greater than zero')];
const notBelowZero = (path: string, value: unknown, isNegative: boolean): StatusCause[] =>
  isNegative ? [invalidField(path, value, 'must be greater than or equal to zero')] : [];

function checkPolicy(path: string, { type = '', value = 0, periodSeconds: period = 0 }: Policy): StatusCause[] {
  return [
    ...(POLICY_TYPES.includes(type) ? [] : [unsupportedField(`${path}.type`, type, POLICY_TYPES)]),
    ...aboveZero(`${path}.value`, value),
    ...aboveZero(`${path}.periodSeconds`, period),
    ...atMost(`${path}.periodSeconds`, period, MAX_PERIOD),
  ];
}

export function checkRules(path: string, rules: ScalingRules | undefined): StatusCause[] {
  if (rules === undefined) {
    return [];
  }
  const { stabilizationWindowSeconds: window = 0, selectPolicy = 'Max', policies = [], tolerance = '0' } = rules;
  return [
    ...notBelowZero(`${path}.stabilizationWindowSeconds`, window, window < 0),
    ...atMost(`${path}.stabilizationWindowSeconds`, window, MAX_WINDOW),
    ...(SELECT_POLICIES.includes(selectPolicy)
      ? []
      : [unsupportedField(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES)]),
    ...(policies.length === 0 ? [requiredField(`${path}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => checkPolicy(`${path}.policies[${index}]`, policy)),
    ...notBelowZero(`${path}.tolerance`, tolerance, (parseQuantity(tolerance)?.nanos ?? 0n) < 0n),
  ];
}
