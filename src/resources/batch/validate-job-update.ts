/** What of a job may change. Source: pkg/apis/batch/validation, ValidateJobSpecUpdate, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { checkImmutable, invalidField } from '../field-errors.ts';
import type { Affinity, PodTemplate } from '../pod/pod-spec.ts';
import type { JobSpec } from './job-spec.ts';

interface Started extends KubeObject {
  spec?: JobSpec;
  status?: { startTime?: string };
}

/** An indexed job grows and shrinks as a whole. Source: KEP-3715. */
function checkCompletions({ completionMode, completions, parallelism }: JobSpec, old: JobSpec): StatusCause[] {
  const path = 'spec.completions';
  const isSame = completions === old.completions;
  if (completionMode !== 'Indexed') {
    return checkImmutable(path, completions, isSame);
  }
  return isSame || completions === undefined || completions === parallelism
    ? []
    : [invalidField(path, completions, 'can only be modified in tandem with spec.parallelism')];
}

/** `undefined` and empty are one. */
function withoutNodeAffinity({ nodeAffinity: _, ...others }: Affinity = {}): Affinity | undefined {
  return Object.keys(others).length === 0 ? undefined : others;
}

/** The template without what says where its pods go. Source: KEP-2926. */
function fixedPart({ metadata = {}, spec = {} }: PodTemplate): object {
  const { labels: _l, annotations: _a, ...meta } = metadata;
  const { nodeSelector: _n, tolerations: _t, schedulingGates: _g, affinity, ...others } = spec;
  return { meta, others, affinity: withoutNodeAffinity(affinity) };
}

/** A suspended job that never began has no pods yet that another template would betray. */
function checkTemplateUpdate({ template = {} }: JobSpec, old: Started): StatusCause[] {
  const before = old.spec?.template ?? {};
  const mayMove = old.spec?.suspend === true && !old.status?.startTime;
  const isSame = mayMove
    ? isDeepStrictEqual(fixedPart(template), fixedPart(before))
    : isDeepStrictEqual(template, before);
  return checkImmutable('spec.template', template, isSame);
}

export function checkJobUpdate({ spec = {} }: Started, old: Started): StatusCause[] {
  const before = old.spec ?? {};
  const same = (field: keyof JobSpec): StatusCause[] =>
    checkImmutable(`spec.${field}`, spec[field] ?? null, isDeepStrictEqual(spec[field], before[field]));
  return [
    ...checkCompletions(spec, before),
    ...same('selector'),
    ...checkTemplateUpdate(spec, old),
    ...same('completionMode'),
    ...same('podFailurePolicy'),
    ...same('backoffLimitPerIndex'),
    ...same('managedBy'),
    ...same('successPolicy'),
  ];
}
