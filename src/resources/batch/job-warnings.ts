/** What of a job's spec is allowed and probably not meant. Source: pkg/api/job/warnings.go, 1.34. */
import { podWarnings } from '../pod/warnings.ts';
import type { JobSpec } from './job-spec.ts';

const MANY_COMPLETIONS = 100_000;
const HIGH_PARALLELISM = 10_000;
const TOO_BIG =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might ' +
  'not be able to track completedIndexes when a big number of indexes fail';

export function jobWarnings(path: string, spec: JobSpec): string[] {
  const { completionMode, completions = 0, parallelism = 0, template = {} } = spec;
  const isBig = completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > HIGH_PARALLELISM;
  return [...(isBig ? [`${path}: ${TOO_BIG}`] : []), ...podWarnings(`${path}.template.`, template)];
}
