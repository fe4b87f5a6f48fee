/** What is asked of `resizePolicy`. Source: pkg/apis/core/validation, validateResizePolicy, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { duplicateField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import type { ResizePolicy } from './container.ts';

const RESOURCES = ['cpu', 'memory'];
const POLICIES = ['NotRequired', 'RestartContainer'];

const checkOneOf = (path: string, value: string, choices: readonly string[]): StatusCause[] => {
  if (choices.includes(value)) {
    return [];
  }
  return [value === '' ? requiredField(path) : unsupportedField(path, value, choices)];
};

/** `podRestartPolicy`: a container that never restarts cannot restart for a resize either. */
export function checkResizePolicy(
  path: string,
  policies: readonly ResizePolicy[],
  podRestartPolicy: string | undefined,
): StatusCause[] {
  const isRepeated = repeatsOf(policies.map(({ resourceName = '' }) => resourceName));
  return policies.flatMap(({ resourceName = '', restartPolicy = '' }, index) => [
    ...(isRepeated(index) ? [duplicateField(`${path}[${index}]`, resourceName)] : []),
    ...checkOneOf(path, resourceName, RESOURCES),
    ...checkOneOf(path, restartPolicy, POLICIES),
    ...(podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired'
      ? [invalidField(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
      : []),
  ]);
}
