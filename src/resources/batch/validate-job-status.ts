/**
 * What a job's status may say, and become. A rule looks only at a status that changed in what it is about, so that
 * what was written before the rule came does not stop later writes.
 * Source: pkg/apis/batch/validation, ValidateJobStatusUpdate, and getStatusValidationOptions of the strategy, 1.34.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { checkNonNegative, duplicateField, invalidField, invalidState, requiredField } from '../field-errors.ts';
import { holds, isFinished, type Job, type JobCondition, type JobStatus } from './job-status.ts';
import { checkStatusIndexes } from './validate-job-indexes.ts';

const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
const TERMINAL = ['Failed', 'Complete', 'FailureTarget'] as const;
const CONDITIONS = 'status.conditions';

interface Change {
  readonly status: JobStatus;
  readonly old: JobStatus;
  /** Whether any of the named parts differs: a field, a condition or `finished`. */
  readonly changed: (...parts: (keyof JobStatus | JobCondition | 'finished')[]) => boolean;
}

const partOf = (status: JobStatus, part: keyof JobStatus | JobCondition | 'finished'): unknown => {
  if (part === 'finished') {
    return isFinished(status);
  }
  return /^[A-Z]/.test(part) ? holds(status, part as JobCondition) : status[part as keyof JobStatus];
};

function checkUncounted({ uncountedTerminatedPods: pods = {} }: JobStatus): StatusCause[] {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((list) =>
    (pods[list] ?? []).flatMap((uid, index) => {
      const path = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (uid === '') {
        return [invalidField(path, uid, 'must not be empty')];
      }
      const isKnown = seen.has(uid);
      seen.add(uid);
      return isKnown ? [duplicateField(path, uid)] : [];
    }),
  );
}

/** Two conditions of which one excludes, or needs, the other. */
function checkConditions({ status, changed }: Change): StatusCause[] {
  const is = (type: JobCondition): boolean => holds(status, type);
  const both = (a: string, b: string): string => `cannot set ${a} and ${b} conditions`;
  const without = (a: string, b: string): string => `cannot set ${a} condition without the ${b} condition`;
  const rules: [broken: boolean, detail: string][] = [
    [changed('Complete', 'Failed') && is('Complete') && is('Failed'), both('Complete=True', 'Failed=true')],
    [
      changed('Complete', 'FailureTarget') && is('Complete') && is('FailureTarget'),
      both('Complete=True', 'FailureTarget=true'),
    ],
    [
      changed('Failed', 'FailureTarget') && is('Failed') && !is('FailureTarget'),
      without('Failed=True', 'FailureTarget=true'),
    ],
    [
      changed('Complete', 'SuccessCriteriaMet') && is('Complete') && !is('SuccessCriteriaMet'),
      without('Complete=True', 'SuccessCriteriaMet=true'),
    ],
    [is('SuccessCriteriaMet') && is('Failed'), both('SuccessCriteriaMet=True', 'Failed=true')],
    [is('SuccessCriteriaMet') && is('FailureTarget'), both('SuccessCriteriaMet=True', 'FailureTarget=true')],
  ];
  return rules.filter(([broken]) => broken).map(([, detail]) => invalidState(CONDITIONS, detail));
}

function checkTimes({ status, changed }: Change): StatusCause[] {
  const { startTime, completionTime } = status;
  const [start, end] = [parseTime(startTime), parseTime(completionTime)];
  const isComplete = holds(status, 'Complete');
  const path = 'status.completionTime';
  const completes = changed('Complete', 'completionTime');
  const noCondition = 'cannot set completionTime when there is no Complete=True condition';
  return [
    ...(completes && end !== undefined && !isComplete ? [invalidField(path, completionTime, noCondition)] : []),
    ...(completes && end === undefined && isComplete
      ? [requiredField(path, 'completionTime is required for Complete jobs')]
      : []),
    ...(changed('startTime', 'completionTime') && start !== undefined && end !== undefined && end < start
      ? [invalidField(path, completionTime, 'completionTime cannot be set before startTime')]
      : []),
  ];
}

/** Nothing of a finished job runs or waits to be counted. */
function checkFinished({ status, changed }: Change): StatusCause[] {
  if (!isFinished(status)) {
    return [];
  }
  const { active = 0, terminating = 0, uncountedTerminatedPods: pods = {} } = status;
  const uncounted = (pods.failed ?? []).length + (pods.succeeded ?? []).length;
  const none = 'uncountedTerminatedPods needs to be empty for finished job';
  return [
    ...(changed('finished', 'active') && active > 0
      ? [invalidField('status.active', active, 'active>0 is invalid for finished job')]
      : []),
    ...(changed('finished', 'startTime') && !status.startTime
      ? [requiredField('status.startTime', 'startTime is required for finished job')]
      : []),
    ...(changed('finished', 'uncountedTerminatedPods') && uncounted > 0
      ? [invalidField('status.uncountedTerminatedPods', pods, none)]
      : []),
    ...(changed('finished', 'terminating') && terminating > 0
      ? [invalidField('status.terminating', terminating, 'terminating>0 is invalid for finished job')]
      : []),
  ];
}

function checkCounts({ status, changed }: Change): StatusCause[] {
  const { ready = 0, active = 0 } = status;
  return [
    ...COUNTS.flatMap((field) => checkNonNegative(`status.${field}`, status[field])),
    ...(changed('ready', 'active') && ready > active
      ? [invalidField('status.ready', ready, 'cannot set more ready pods than active')]
      : []),
  ];
}

/** An indexed job that shrinks as a whole loses successes with its indexes. */
function checkDecrease({ status, old }: Change, { spec = {} }: Job): StatusCause[] {
  const { completionMode, completions, parallelism } = spec;
  const mayShrink = completionMode === 'Indexed' && completions === parallelism;
  return (mayShrink ? (['failed'] as const) : (['failed', 'succeeded'] as const))
    .filter((field) => (status[field] ?? 0) < (old[field] ?? 0))
    .map((field) => invalidField(`status.${field}`, status[field] ?? 0, `cannot decrease the ${field} counter`));
}

function checkTransition({ status, old, changed }: Change, { spec = {} }: Job): StatusCause[] {
  const met = (of: JobStatus): boolean => holds(of, 'SuccessCriteriaMet');
  const late = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
  return [
    ...TERMINAL.filter((type) => holds(old, type) && !holds(status, type)).map((type) =>
      invalidState(CONDITIONS, `cannot disable the terminal ${type}=True condition`),
    ),
    ...(status.completionTime && old.completionTime && changed('completionTime')
      ? [invalidField('status.completionTime', status.completionTime, 'completionTime cannot be mutated')]
      : []),
    // Resuming sets the clock anew: since 1.34.2, kubernetes/kubernetes#134769.
    ...(old.startTime &&
    changed('startTime') &&
    spec.suspend !== true &&
    !(holds(old, 'Suspended') && !holds(status, 'Suspended'))
      ? [requiredField('status.startTime', 'startTime cannot be removed for unsuspended job')]
      : []),
    ...(met(old) && !met(status)
      ? [invalidState(CONDITIONS, 'cannot disable the SuccessCriteriaMet=True condition')]
      : []),
    ...(holds(old, 'Complete') && !met(old) && met(status) ? [invalidState(CONDITIONS, late)] : []),
  ];
}

/** Of a job with a success policy, completion is for its criteria to say. */
const checkPolicy = ({ status }: Change, { spec = {} }: Job): StatusCause[] =>
  spec.successPolicy !== undefined && holds(status, 'Complete') && !holds(status, 'SuccessCriteriaMet')
    ? [invalidState(CONDITIONS, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')]
    : [];

export function checkJobStatus(job: Job, { status: old = {} }: Job): StatusCause[] {
  const { status = {} } = job;
  const change: Change = {
    status,
    old,
    changed: (...parts) => parts.some((part) => !isDeepStrictEqual(partOf(status, part), partOf(old, part))),
  };
  return [
    ...checkCounts(change),
    ...checkUncounted(status),
    ...checkConditions(change),
    ...checkTimes(change),
    ...checkFinished(change),
    ...checkStatusIndexes(job, change.changed('completedIndexes'), change.changed('failedIndexes')),
    ...checkPolicy(change, job),
    ...checkTransition(change, job),
    ...checkDecrease(change, job),
  ];
}
