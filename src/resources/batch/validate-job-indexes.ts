/** Indexes that a job's status lists as done or failed. Source: pkg/apis/batch/validation, validateJobStatus, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField } from '../field-errors.ts';
import { parseIndexes, sharedIndex } from './job-indexes.ts';
import type { Job } from './job-status.ts';

function checkFormat(field: 'completedIndexes' | 'failedIndexes', text: string, completions: number): StatusCause[] {
  const parsed = parseIndexes(text, completions);
  return parsed.ok ? [] : [invalidField(`status.${field}`, text, `error parsing ${field}: ${parsed.problem}`)];
}

function checkOverlap(completed: string, failed: string, completions: number): StatusCause[] {
  const [some, others] = [parseIndexes(completed, completions), parseIndexes(failed, completions)];
  const shared = some.ok && others.ok ? sharedIndex(some.intervals, others.intervals) : undefined;
  const detail = `failedIndexes and completedIndexes overlap at index: ${shared}`;
  return shared === undefined ? [] : [invalidField('status.failedIndexes', failed, detail)];
}

/** Looks only at the lists that changed. */
export function checkStatusIndexes(job: Job, completedChanged: boolean, failedChanged: boolean): StatusCause[] {
  const { completions, completionMode, backoffLimitPerIndex } = job.spec ?? {};
  const { completedIndexes: completed = '', failedIndexes: failed } = job.status ?? {};
  const notIndexed = 'cannot set non-empty completedIndexes when non-indexed completion mode';
  const noLimit = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
  const has = completions !== undefined;
  return [
    ...(completedChanged && has ? checkFormat('completedIndexes', completed, completions) : []),
    ...(failedChanged && has && backoffLimitPerIndex !== undefined
      ? checkFormat('failedIndexes', failed ?? '', completions)
      : []),
    ...(completedChanged && completed !== '' && completionMode !== 'Indexed'
      ? [invalidField('status.completedIndexes', completed, notIndexed)]
      : []),
    ...(failedChanged && failed !== undefined && backoffLimitPerIndex === undefined
      ? [invalidField('status.failedIndexes', failed, noLimit)]
      : []),
    ...((completedChanged || failedChanged) && has ? checkOverlap(completed, failed ?? '', completions) : []),
  ];
}
