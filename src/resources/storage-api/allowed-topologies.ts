/** Where volumes of a class may be. Source: pkg/apis/core/validation, ValidateTopologySelectorTerm, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { duplicateField, requiredField, violations } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';

interface LabelRequirement {
  key?: string;
  values?: string[];
}
export interface TopologyTerm {
  matchLabelExpressions?: LabelRequirement[];
}

function checkRequirement(path: string, { key = '', values = [] }: LabelRequirement): StatusCause[] {
  const isRepeated = repeatsOf(values);
  return [
    ...(values.length === 0 ? [requiredField(`${path}.values`)] : []),
    ...values.flatMap((value, index) => (isRepeated(index) ? [duplicateField(`${path}.values[${index}]`, value)] : [])),
    ...violations(isQualifiedName, `${path}.key`, key),
  ];
}

/** The same text for terms that ask for the same. */
function meaningOf({ matchLabelExpressions = [] }: TopologyTerm): string {
  const wanted = new Map(matchLabelExpressions.map(({ key = '', values = [] }) => [key, [...new Set(values)].sort()]));
  return JSON.stringify([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function checkTopologies(path: string, terms: readonly TopologyTerm[]): StatusCause[] {
  const isSaidBefore = repeatsOf(terms.map(meaningOf));
  return terms.flatMap((term, index) => {
    const { matchLabelExpressions: expressions = [] } = term;
    const at = `${path}[${index}].matchLabelExpressions`;
    const isRepeated = repeatsOf(expressions.map(({ key = '' }) => key));
    // A term that asks for nothing counts as said already, in Kubernetes too.
    const isKnown = expressions.length === 0 || isSaidBefore(index);
    return [
      ...expressions.flatMap((requirement, i) => [
        ...checkRequirement(`${at}[${i}]`, requirement),
        ...(isRepeated(i) ? [duplicateField(`${at}[${i}].key`, requirement.key ?? '')] : []),
      ]),
      ...(isKnown ? [duplicateField(at, '')] : []),
    ];
  });
}
