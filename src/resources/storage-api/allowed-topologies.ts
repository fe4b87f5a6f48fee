/** Where volumes of a class may be. Source: pkg/apis/core/validation, ValidateTopologySelectorTerm, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { duplicateField, requiredField, violations } from '../field-errors.ts';

interface LabelRequirement {
  key?: string;
  values?: string[];
}
export interface TopologyTerm {
  matchLabelExpressions?: LabelRequirement[];
}

function checkRequirement(path: string, { key = '', values = [] }: LabelRequirement): StatusCause[] {
  return [
    ...(values.length === 0 ? [requiredField(`${path}.values`)] : []),
    ...values.flatMap((value, index) =>
      values.indexOf(value) < index ? [duplicateField(`${path}.values[${index}]`, value)] : [],
    ),
    ...violations(isQualifiedName, `${path}.key`, key),
  ];
}

const meaningOf = ({ matchLabelExpressions = [] }: TopologyTerm): Map<string, Set<string>> =>
  new Map(matchLabelExpressions.map(({ key = '', values = [] }) => [key, new Set(values)]));

export function checkTopologies(path: string, terms: readonly TopologyTerm[]): StatusCause[] {
  const meanings = terms.map(meaningOf);
  return terms.flatMap((term, index) => {
    const { matchLabelExpressions: expressions = [] } = term;
    const at = `${path}[${index}].matchLabelExpressions`;
    const keys = expressions.map(({ key = '' }) => key);
    const meaning = meanings[index];
    // A term that asks for nothing counts as said already, in Kubernetes too.
    const isKnown =
      expressions.length === 0 || meanings.slice(0, index).some((other) => isDeepStrictEqual(other, meaning));
    return [
      ...expressions.flatMap((requirement, i) => [
        ...checkRequirement(`${at}[${i}]`, requirement),
        ...(keys.indexOf(requirement.key ?? '') < i ? [duplicateField(`${at}[${i}].key`, requirement.key ?? '')] : []),
      ]),
      ...(isKnown ? [duplicateField(at, '')] : []),
    ];
  });
}
