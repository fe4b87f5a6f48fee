/** Which failures of a job's pods end it. Source: pkg/apis/batch/validation, validatePodFailurePolicy, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import type { JobSpec } from './job-spec.ts';

interface Rule {
  action?: string;
  onExitCodes?: { containerName?: string; operator?: string; values?: number[] };
  onPodConditions?: { type?: string; status?: string }[];
}
export interface FailurePolicy {
  rules?: Rule[];
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const MAX_RULES = 20;

function checkExitCodes(path: string, { operator = '', values = [] }: NonNullable<Rule['onExitCodes']>): StatusCause[] {
  return [
    ...(OPERATORS.includes(operator) ? [] : [unsupportedField(`${path}.operator`, operator, OPERATORS)]),
    ...(values.length === 0 ? [invalidField(`${path}.values`, values, 'at least one value is required')] : []),
    ...(operator === 'In' && values.includes(0)
      ? [invalidField(`${path}.values[${values.indexOf(0)}]`, 0, 'must not be 0 for the In operator')]
      : []),
  ];
}

function checkRule(path: string, { action = '', onExitCodes, onPodConditions = [] }: Rule): StatusCause[] {
  const has = Number(onExitCodes !== undefined) + Number(onPodConditions.length > 0);
  const which = 'specifying both OnExitCodes and OnPodConditions is not supported';
  return [
    ...(action === ''
      ? [requiredField(`${path}.action`, `valid values: ${ACTIONS.map((one) => `"${one}"`).join(', ')}`)]
      : ACTIONS.includes(action)
        ? []
        : [unsupportedField(`${path}.action`, action, ACTIONS)]),
    ...(onExitCodes === undefined ? [] : checkExitCodes(`${path}.onExitCodes`, onExitCodes)),
    ...(has === 2 ? [invalidField(path, '{}', which)] : []),
    ...(has === 0 ? [invalidField(path, '{}', 'specifying one of OnExitCodes and OnPodConditions is required')] : []),
  ];
}

export function checkFailurePolicy(path: string, { podFailurePolicy, template }: JobSpec): StatusCause[] {
  if (podFailurePolicy === undefined) {
    return [];
  }
  const { rules = [] } = podFailurePolicy;
  const restartPolicy = template?.spec?.restartPolicy;
  const onlyNever = `only "Never" is supported when podFailurePolicy is specified`;
  return [
    ...(restartPolicy === 'Never'
      ? []
      : [invalidField(path.replace(/podFailurePolicy$/, 'template.spec.restartPolicy'), restartPolicy, onlyNever)]),
    ...(rules.length > MAX_RULES
      ? [invalidField(`${path}.rules`, rules.length, `must have at most ${MAX_RULES} items`)]
      : []),
    ...rules.flatMap((rule, index) => checkRule(`${path}.rules[${index}]`, rule)),
  ];
}
