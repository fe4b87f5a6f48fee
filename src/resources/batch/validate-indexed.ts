/** What depends on a job's completion mode. Source: pkg/apis/batch/validation, validateJobSpec, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import type { JobSpec } from './job-spec.ts';

const MODES = ['NonIndexed', 'Indexed'];
const MAX_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
/** Above so many completions, with a back-off limit per index, the status could outgrow what is stored. */
const MANY_COMPLETIONS = 100_000;
const OF_MANY = { parallelism: 10_000, maxFailedIndexes: 10_000 } as const;

const atMost = (path: string, value: number | undefined, limit: number, when = ''): StatusCause[] =>
  value !== undefined && value > limit
    ? [invalidField(path, value, `must be less than or equal to ${limit}${when}`)]
    : [];

function checkManyCompletions(path: string, spec: JobSpec): StatusCause[] {
  const { completions = 0, maxFailedIndexes, parallelism, backoffLimitPerIndex } = spec;
  if (completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) {
    return [];
  }
  const when = ` when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  return [
    ...(maxFailedIndexes === undefined
      ? [requiredField(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY_COMPLETIONS}`)]
      : []),
    ...atMost(`${path}.parallelism`, parallelism, OF_MANY.parallelism, when),
    ...atMost(`${path}.maxFailedIndexes`, maxFailedIndexes, OF_MANY.maxFailedIndexes, when),
  ];
}

function checkIndexed(path: string, spec: JobSpec): StatusCause[] {
  const { completions, maxFailedIndexes: failed, parallelism } = spec;
  return [
    ...(completions === undefined ? [requiredField(`${path}.completions`, 'when completion mode is Indexed')] : []),
    ...atMost(`${path}.parallelism`, parallelism, MAX_PARALLELISM, ' when completion mode is Indexed'),
    ...(completions !== undefined && failed !== undefined && failed > completions
      ? [invalidField(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions')]
      : []),
    ...atMost(`${path}.maxFailedIndexes`, failed, MAX_FAILED_INDEXES),
    ...checkManyCompletions(path, spec),
  ];
}

/** A mode that is absent, in a cron job's template, is NonIndexed. */
export function checkCompletionMode(path: string, spec: JobSpec): StatusCause[] {
  const { completionMode: mode = 'NonIndexed' } = spec;
  if (!MODES.includes(mode)) {
    return [unsupportedField(`${path}.completionMode`, mode, MODES)];
  }
  return mode === 'Indexed'
    ? checkIndexed(path, spec)
    : (['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
        .filter((field) => spec[field] !== undefined)
        .map((field) => invalidField(`${path}.${field}`, spec[field], 'requires indexed completion mode'));
}
