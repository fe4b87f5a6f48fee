/** Whether a job's policy declares it done before all indexes are. Pure. Source: success_policy.go. */
import type { Job, SuccessRule } from '../kinds/job.ts';
import { IndexSet } from './index-set.ts';

/** The words of the condition; undefined: no rule is met. */
export function metSuccessPolicy({ spec }: Pick<Job, 'spec'>, succeeded: IndexSet): string | undefined {
  const rules = succeeded.size === 0 ? [] : (spec.successPolicy?.rules ?? []);
  const index = rules.findIndex((rule) => isMet(rule, succeeded, spec.completions ?? 0));
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

function isMet({ succeededIndexes, succeededCount }: SuccessRule, succeeded: IndexSet, completions: number): boolean {
  if (succeededIndexes === undefined) {
    return succeededCount !== undefined && succeeded.size >= succeededCount;
  }
  const required = IndexSet.parse(succeededIndexes, completions);
  const have = required.overlap(succeeded);
  return required.size > 0 && have >= Math.min(required.size, succeededCount ?? required.size);
}
