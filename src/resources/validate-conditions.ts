/** Conditions of meta/v1. Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation, ValidateConditions, 1.34. */
import type { StatusCause } from '../errors.ts';
import { isQualifiedName } from '../values/name-rules.ts';
import {
  duplicateField,
  invalidField,
  requiredField,
  tooLongField,
  unsupportedField,
  violations,
} from './field-errors.ts';
import { repeatsOf } from './repeated-items.ts';

export interface Condition {
  type?: string;
  status?: string;
  observedGeneration?: number;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}

const STATUSES = ['False', 'True', 'Unknown'];
const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const IS_REASON = new RegExp(`^${REASON}$`);
const REASON_RULE =
  'a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric ' +
  "characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or " +
  `'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`;

function checkReason(path: string, reason: string): StatusCause[] {
  if (reason === '') {
    return [requiredField(path, 'must be set')];
  }
  return [
    ...(IS_REASON.test(reason) ? [] : [invalidField(path, reason, REASON_RULE)]),
    ...(Buffer.byteLength(reason) > MAX_REASON ? [tooLongField(path, MAX_REASON)] : []),
  ];
}

function checkCondition(path: string, condition: Condition): StatusCause[] {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  const generation = `${path}.observedGeneration`;
  return [
    ...violations(isQualifiedName, `${path}.type`, type),
    ...(STATUSES.includes(status) ? [] : [unsupportedField(`${path}.status`, status, STATUSES)]),
    ...(observedGeneration < 0
      ? [invalidField(generation, observedGeneration, 'must be greater than or equal to zero')]
      : []),
    ...(lastTransitionTime ? [] : [requiredField(`${path}.lastTransitionTime`, 'must be set')]),
    ...checkReason(`${path}.reason`, reason),
    ...(Buffer.byteLength(message) > MAX_MESSAGE ? [tooLongField(`${path}.message`, MAX_MESSAGE)] : []),
  ];
}

export function checkConditions(path: string, conditions: readonly Condition[]): StatusCause[] {
  const types = conditions.map(({ type = '' }) => type);
  const isRepeated = repeatsOf(types);
  return conditions.flatMap((condition, index) => {
    const at = `${path}[${index}]`;
    const type = types[index] ?? '';
    return [...(isRepeated(index) ? [duplicateField(`${at}.type`, type)] : []), ...checkCondition(at, condition)];
  });
}
