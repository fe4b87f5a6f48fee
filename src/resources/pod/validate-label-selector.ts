/** Label selectors as fields. Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector, SelectorRequirement } from '../../values/label-selector.ts';
import { isQualifiedName, isValidLabelValue } from '../../values/name-rules.ts';
import { forbiddenField, invalidField, requiredField, violations } from '../field-errors.ts';
import { validateLabels } from '../validate-metadata.ts';

/** The operators that label and node selectors share; undefined: `operator` is none of them. */
export function checkSetOperator(path: string, requirement: SelectorRequirement): StatusCause[] | undefined {
  const { operator, values = [] } = requirement;
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [requiredField(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return undefined;
  }
}

export const unknownOperator = (path: string, operator = ''): StatusCause =>
  invalidField(`${path}.operator`, operator, 'not a valid selector operator');

function checkRequirement(path: string, requirement: SelectorRequirement): StatusCause[] {
  const { key = '', operator, values = [] } = requirement;
  return [
    ...(checkSetOperator(path, requirement) ?? [unknownOperator(path, operator)]),
    ...violations(isQualifiedName, `${path}.key`, key),
    ...values.flatMap((value, index) => violations(isValidLabelValue, `${path}.values[${index}]`, value)),
  ];
}

export function checkLabelSelector(path: string, selector: LabelSelector | undefined): StatusCause[] {
  const { matchLabels, matchExpressions = [] } = selector ?? {};
  return [
    ...validateLabels(matchLabels ?? {}, `${path}.matchLabels`),
    ...matchExpressions.flatMap((requirement, index) =>
      checkRequirement(`${path}.matchExpressions[${index}]`, requirement),
    ),
  ];
}
