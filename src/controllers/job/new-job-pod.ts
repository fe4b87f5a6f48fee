/** A job's pod from its template. Pure. Source: job_controller.go, manageJob; indexed_job_utils.go. */
import type { KubeObject } from '../../values/object.ts';
import type { Job } from '../kinds/job.ts';
import type { Container, PodTemplate } from '../kinds/pod.ts';
import { newPod } from '../replicaset/new-pod.ts';
import { judgeFailure } from './failure-policy.ts';
import { FAILURES, FINALIZER, IGNORED_FAILURES, INDEX, type JobPod } from './job-pod.ts';

const ENVIRONMENT = 'JOB_COMPLETION_INDEX';
/** Room for generateName's suffix. Source: names.MaxGeneratedNameLength. */
const LONGEST_BASE = 58;

/** `index` undefined: of a job that is not indexed. `replaced`: the failed pod of the index whose count goes on. */
export function newJobPod(job: Job, index: number | undefined, replaced: JobPod | undefined): KubeObject {
  const template = tracked(job.spec.template);
  if (index === undefined) {
    return newPod(job, template);
  }
  const { name } = job.metadata;
  const pod = newPod(job, indexed(job, template, index, replaced));
  const suffix = `-${index}-`;
  const base = `${name}${suffix}`;
  const generateName = base.length > LONGEST_BASE ? `${base.slice(0, LONGEST_BASE - suffix.length)}${suffix}` : base;
  return { ...pod, metadata: { ...pod.metadata, generateName } };
}

const tracked = ({ metadata = {}, ...template }: PodTemplate): PodTemplate => ({
  ...template,
  metadata: { ...metadata, finalizers: [...new Set([...(metadata.finalizers ?? []), FINALIZER])] },
});

function indexed(job: Job, { metadata = {}, spec = {} }: PodTemplate, index: number, replaced?: JobPod): PodTemplate {
  const place = { [INDEX]: String(index) };
  const withIndex = (containers: readonly Container[] = []): Container[] => containers.map(addEnvironment);
  return {
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...place },
      annotations: {
        ...metadata.annotations,
        ...place,
        ...(job.spec.backoffLimitPerIndex === undefined ? {} : failureCounts(job, replaced)),
      },
    },
    spec: {
      ...spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: withIndex(spec.containers),
      ...(spec.initContainers === undefined ? {} : { initContainers: withIndex(spec.initContainers) }),
    },
  };
}

function addEnvironment(container: Container): Container {
  const { env = [] } = container;
  const variable = { name: ENVIRONMENT, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } };
  return env.some(({ name }) => name === ENVIRONMENT) ? container : { ...container, env: [...env, variable] };
}

function failureCounts(job: Job, replaced: JobPod | undefined): Record<string, string> {
  if (replaced === undefined) {
    return { [FAILURES]: '0' };
  }
  const { counts } = judgeFailure(job, replaced);
  const ignored = replaced.ignoredFailures + (counts ? 0 : 1);
  return {
    [FAILURES]: String(replaced.failures + (counts ? 1 : 0)),
    ...(ignored === 0 ? {} : { [IGNORED_FAILURES]: String(ignored) }),
  };
}
