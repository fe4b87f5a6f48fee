/** What a job's policy says of a failed pod: the first rule that matches counts. Pure. Source: pod_failure_policy.go. */
import type { FailureRule, Job } from '../kinds/job.ts';
import type { Exit, JobPod } from './job-pod.ts';

export interface FailureVerdict {
  readonly action?: FailureRule['action'];
  /** Whether the failure counts towards the back-off limit. */
  readonly counts: boolean;
  /** Of the condition, where the rule fails the job. */
  readonly message?: string;
}

export function judgeFailure({ spec }: Pick<Job, 'spec'>, pod: JobPod): FailureVerdict {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = matchOf(rule, pod);
    if (why !== undefined) {
      const { action } = rule;
      const message = `${why} matching ${action} rule at index ${index}`;
      return { action, counts: action !== 'Ignore', ...(action === 'FailJob' ? { message } : {}) };
    }
  }
  return { counts: true };
}

function matchOf({ onExitCodes, onPodConditions = [] }: FailureRule, pod: JobPod): string | undefined {
  if (onExitCodes !== undefined) {
    const exit = pod.exits.find((one) => isMatch(onExitCodes, one));
    return exit === undefined
      ? undefined
      : `Container ${exit.container} for pod ${pod.namespace}/${pod.name} failed with exit code ${exit.code}`;
  }
  const condition = pod.conditions.find((one) =>
    onPodConditions.some(({ type, status = 'True' }) => one.type === type && one.status === status),
  );
  return condition === undefined ? undefined : `Pod ${pod.namespace}/${pod.name} has condition ${condition.type}`;
}

function isMatch(
  { containerName, operator, values }: NonNullable<FailureRule['onExitCodes']>,
  { container, code }: Exit,
): boolean {
  const isOf = containerName === undefined || containerName === container;
  return isOf && code !== 0 && values.includes(code) === (operator === 'In');
}

/** Whether a pod is replaced only once it has ended, not already when it is being deleted. */
export const replacesEndedOnly = ({ spec }: Pick<Job, 'spec'>): boolean =>
  spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;

/** Unless such jobs wait for its end, a pod that is being deleted counts as failed: it may never report so itself. */
export const isFailed = (job: Pick<Job, 'spec'>, { phase, deletionTime }: JobPod): boolean =>
  phase === 'Failed' || (!replacesEndedOnly(job) && deletionTime !== undefined && phase !== 'Succeeded');
