/** Which indexes of a job have to succeed. Source: pkg/apis/batch/validation, validateSuccessPolicy, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { checkNonNegative, invalidField, requiredField, tooLongField, tooManyField } from '../field-errors.ts';
import { countIndexes, type ParsedIndexes, parseIndexes } from './job-indexes.ts';
import type { JobSpec } from './job-spec.ts';

interface Rule {
  succeededIndexes?: string;
  succeededCount?: number;
}
export interface SuccessPolicy {
  rules?: Rule[];
}

const MAX_RULES = 20;
const MAX_INDEXES_LENGTH = 64 * 1024;

function checkIndexes(path: string, text: string, parsed: ParsedIndexes): StatusCause[] {
  return [
    ...(text.length > MAX_INDEXES_LENGTH ? [tooLongField(path, MAX_INDEXES_LENGTH)] : []),
    ...(parsed.ok ? [] : [invalidField(path, text, `error parsing succeededIndexes: ${parsed.problem}`)]),
  ];
}

function checkCount(path: string, count: number, completions: number, indexes: number | undefined): StatusCause[] {
  const atMost = (limit: number, what: string): StatusCause[] =>
    count > limit ? [invalidField(path, count, `must be less than or equal to ${limit} (the number of ${what})`)] : [];
  return [
    ...checkNonNegative(path, count),
    ...atMost(completions, 'specified completions'),
    ...(indexes === undefined ? [] : atMost(indexes, 'indexes in the specified succeededIndexes field')),
  ];
}

function checkRule(path: string, { succeededIndexes: text, succeededCount: count }: Rule, completions: number) {
  if (text === undefined && count === undefined) {
    return [requiredField(path, 'at least one of succeededCount or succeededIndexes must be specified')];
  }
  const parsed = text === undefined ? undefined : parseIndexes(text, completions);
  const indexes = parsed === undefined ? undefined : parsed.ok ? countIndexes(parsed.intervals) : 0;
  return [
    ...(text === undefined || parsed === undefined ? [] : checkIndexes(`${path}.succeededIndexes`, text, parsed)),
    ...(count === undefined ? [] : checkCount(`${path}.succeededCount`, count, completions, indexes)),
  ];
}

export function checkSuccessPolicy(path: string, { successPolicy, completionMode, completions }: JobSpec) {
  if (successPolicy === undefined) {
    return [];
  }
  if (completionMode !== 'Indexed') {
    return [invalidField(path, successPolicy, 'requires indexed completion mode')];
  }
  const { rules = [] } = successPolicy;
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [requiredField(`${path}.rules`, none)] : []),
    ...(rules.length > MAX_RULES ? [tooManyField(`${path}.rules`, rules.length, MAX_RULES)] : []),
    ...rules.flatMap((rule, index) => checkRule(`${path}.rules[${index}]`, rule, completions ?? 0)),
  ];
}
