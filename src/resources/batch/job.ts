/** batch/v1 Job. Source: pkg/registry/batch/job/strategy.go, pkg/apis/batch/{v1/defaults,validation}, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label } from '../../values/name-rules.ts';
import { defineResource } from '../define-resource.ts';
import { invalidField } from '../field-errors.ts';
import { nameWarnings } from '../pod/warnings.ts';
import { JOB_COLUMNS } from './job-columns.ts';
import { checkGeneratedSelector, generateSelector, SELECTION_FIELDS } from './job-selector.ts';
import { defaultJobSpec } from './job-spec.ts';
import type { Job } from './job-status.ts';
import { jobWarnings } from './job-warnings.ts';
import { checkJobSpec } from './validate-job-spec.ts';
import { checkJobStatus } from './validate-job-status.ts';
import { checkJobUpdate } from './validate-job-update.ts';

function applyDefaults(job: Job): void {
  job.spec ??= {};
  defaultJobSpec(job.spec);
  const { labels } = job.spec.template?.metadata ?? {};
  // As its pods are found, so is a job that has no labels of its own.
  if (labels !== undefined && Object.keys(job.metadata.labels ?? {}).length === 0) {
    job.metadata.labels = { ...labels };
  }
}

/** Pods of an indexed job are named after it and their index. */
function checkPodNames({
  metadata: { name = '' },
  spec: { completionMode, completions = 0 } = {},
}: Job): StatusCause[] {
  const last = `${name}-${completions - 1}`;
  return completionMode === 'Indexed' && completions > 0 && isDNS1123Label(last).length > 0
    ? [invalidField('metadata.name', name, `will not able to create pod with invalid DNS label: ${last}`)]
    : [];
}

export const job = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.batch.v1.Job',
  selectableFields: ['status.successful'],
  unknownField: (path) => `field label ${JSON.stringify(path)} not supported for batchv1.Job`,
  fields: ({ status }) => ({ 'status.successful': String(status?.succeeded ?? 0) }),
  assignedFields: SELECTION_FIELDS,
  columns: JOB_COLUMNS,
  subresources: { status: true },
  deletion: {
    defaultPolicy: 'Orphan',
    defaultPolicyWarning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or ' +
      'set propagationPolicy=Orphan to suppress this warning',
  },
  applyDefaults,
  prepareForCreate: (object) => {
    object.status = {};
    object.spec ??= {};
    generateSelector(object);
  },
  validate: (object, old) => [
    ...checkGeneratedSelector(object, old),
    ...checkJobSpec('spec', object.spec ?? {}, old?.spec),
    ...checkPodNames(object),
  ],
  validateUpdate: checkJobUpdate,
  validateStatusUpdate: checkJobStatus,
  warnings: (object, old) => [
    ...(old === undefined ? nameWarnings(object.metadata.name ?? '', 'Pod names and hostnames') : []),
    ...(old !== undefined && old.metadata.generation === object.metadata.generation
      ? []
      : jobWarnings('spec', object.spec ?? {})),
  ],
});
