/** Which failures of a job's pods end it. Source: pkg/apis/batch/validation, validatePodFailurePolicy, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import {
  duplicateField,
  invalidField,
  invalidState,
  requiredField,
  tooManyField,
  unsupportedField,
  violations,
} from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import type { JobSpec } from './job-spec.ts';

interface OnExitCodes {
  containerName?: string;
  operator?: string;
  values?: number[];
}
interface OnPodCondition {
  type?: string;
  status?: string;
}
interface Rule {
  action?: string;
  onExitCodes?: OnExitCodes;
  onPodConditions?: OnPodCondition[];
}
export interface FailurePolicy {
  rules?: Rule[];
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MAX = { rules: 20, values: 255, patterns: 20 };

/** `["In" "NotIn"]`, as Go prints a list of texts. */
const shown = (values: readonly string[]): string => `[${values.map((value) => `"${value}"`).join(' ')}]`;

function checkOneOf(path: string, value: string, values: readonly string[]): StatusCause[] {
  if (value === '') {
    return [requiredField(path, `valid values: ${shown(values)}`)];
  }
  return values.includes(value) ? [] : [unsupportedField(path, value, values)];
}

function checkValues(path: string, { operator, values = [] }: OnExitCodes): StatusCause[] {
  const isRepeated = repeatsOf(values);
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? value) <= value);
  return [
    ...(values.length === 0 ? [invalidField(path, values, 'at least one value is required')] : []),
    ...(values.length > MAX.values ? [tooManyField(path, values.length, MAX.values)] : []),
    ...values.flatMap((value, index) => [
      ...(operator === 'In' && value === 0
        ? [invalidField(`${path}[${index}]`, value, 'must not be 0 for the In operator')]
        : []),
      ...(isRepeated(index) ? [duplicateField(`${path}[${index}]`, value)] : []),
    ]),
    ...(isOrdered ? [] : [invalidField(path, values, 'must be ordered')]),
  ];
}

function checkExitCodes(path: string, given: OnExitCodes, containers: readonly string[]): StatusCause[] {
  const { containerName: name, operator = '' } = given;
  const unknown = 'must be one of the container or initContainer names in the pod template';
  return [
    ...checkOneOf(`${path}.operator`, operator, OPERATORS),
    ...(name === undefined || containers.includes(name) ? [] : [invalidField(`${path}.containerName`, name, unknown)]),
    ...checkValues(`${path}.values`, given),
  ];
}

const checkConditions = (path: string, patterns: readonly OnPodCondition[]): StatusCause[] => [
  ...(patterns.length > MAX.patterns ? [tooManyField(path, patterns.length, MAX.patterns)] : []),
  ...patterns.flatMap(({ type = '', status = '' }, index) => [
    ...violations(isQualifiedName, `${path}[${index}].type`, type),
    ...checkOneOf(`${path}[${index}].status`, status, STATUSES),
  ]),
];

const checkAction = (path: string, action: string, { backoffLimitPerIndex }: JobSpec): StatusCause[] =>
  action === 'FailIndex' && backoffLimitPerIndex === undefined
    ? [invalidField(path, action, 'requires the backoffLimitPerIndex to be set')]
    : checkOneOf(path, action, ACTIONS);

function checkRule(path: string, rule: Rule, spec: JobSpec, containers: readonly string[]): StatusCause[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const [byCode, byCondition] = [onExitCodes !== undefined, onPodConditions.length > 0];
  return [
    ...checkAction(`${path}.action`, action, spec),
    ...(onExitCodes === undefined ? [] : checkExitCodes(`${path}.onExitCodes`, onExitCodes, containers)),
    ...checkConditions(`${path}.onPodConditions`, onPodConditions),
    ...(byCode && byCondition
      ? [invalidState(path, 'specifying both OnExitCodes and OnPodConditions is not supported')]
      : []),
    ...(byCode || byCondition
      ? []
      : [invalidState(path, 'specifying one of OnExitCodes and OnPodConditions is required')]),
  ];
}

export function checkFailurePolicy(path: string, spec: JobSpec): StatusCause[] {
  const { podFailurePolicy, template = {} } = spec;
  if (podFailurePolicy === undefined) {
    return [];
  }
  const { rules = [] } = podFailurePolicy;
  const { containers = [], initContainers = [] } = template.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name = '' }) => name);
  return [
    ...(rules.length > MAX.rules ? [tooManyField(`${path}.rules`, rules.length, MAX.rules)] : []),
    ...rules.flatMap((rule, index) => checkRule(`${path}.rules[${index}]`, rule, spec, names)),
  ];
}
