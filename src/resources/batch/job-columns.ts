/** Columns of jobs. Source: pkg/printers/internalversion/printers.go, printJob, 1.34. */
import { humanDuration } from '../../values/human-duration.ts';
import { formatLabelSelector } from '../../values/label-selector.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { TEMPLATE_COLUMNS } from '../apps/workload-columns.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, wideColumn } from '../columns.ts';
import type { Column, ResourceContext } from '../define-resource.ts';
import { holds, type Job } from './job-status.ts';

/** SwaggerDoc() of spec.selector, which the model leaves out where a field is of another type. */
export const SELECTOR_DOC =
  'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: ' +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors';

/** The first that holds is what the table says. */
const ENDED = ['Complete', 'Failed'] as const;
const UNDER_WAY = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'] as const;

function statusCell({ metadata, status = {} }: Job): string {
  const ended = ENDED.find((type) => holds(status, type));
  if (ended !== undefined || metadata.deletionTimestamp !== undefined) {
    return ended ?? 'Terminating';
  }
  return UNDER_WAY.find((type) => holds(status, type)) ?? 'Running';
}

function completionsCell({ spec, status }: Job): string {
  const { completions, parallelism = 0 } = spec ?? {};
  const succeeded = status?.succeeded ?? 0;
  if (completions !== undefined) {
    return `${succeeded}/${completions}`;
  }
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationCell({ status }: Job, { now }: ResourceContext): string {
  const start = parseTime(status?.startTime);
  return start === undefined ? '' : humanDuration((parseTime(status?.completionTime) ?? now) - start);
}

export const JOB_COLUMNS: readonly Column<Job>[] = [
  NAME_COLUMN,
  column('Status', 'Status of the job.', statusCell),
  column('Completions', docOf('status.succeeded'), completionsCell),
  column('Duration', 'Time required to complete the job.', durationCell),
  AGE_COLUMN,
  ...TEMPLATE_COLUMNS,
  wideColumn('Selector', SELECTOR_DOC, ({ spec }) => formatLabelSelector(spec?.selector ?? {})),
];
