/** The template in a workload: its defaults and its rules. Source: pkg/apis/apps/validation, ValidatePodTemplateSpecForRS. */
import type { StatusCause } from '../../errors.ts';
import { isEmptySelector, type LabelSelector, selects } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { validateAnnotations, validateLabels } from '../validate-metadata.ts';
import { defaultPodSpec } from './default-pod-spec.ts';
import { dropZeroFields } from './drop-zeroes.ts';
import type { PodSpec, PodTemplate } from './pod-spec.ts';
import { checkLabelSelector } from './validate-label-selector.ts';
import { checkPodSpec } from './validate-pod-spec.ts';
import { nameWarnings, podSpecWarnings } from './warnings.ts';

export function defaultTemplate(template: PodTemplate): void {
  template.metadata ??= {};
  dropZeroFields(template.metadata, ['name', 'generateName', 'namespace', 'labels', 'annotations', 'finalizers']);
  template.spec ??= {};
  defaultPodSpec(template.spec);
}

/** Workloads of the apps group use one message, and it says "deployment". */
export function checkSelector(selector: LabelSelector | undefined): StatusCause[] {
  const path = 'spec.selector';
  if (selector === undefined) {
    return [requiredField(path)];
  }
  return [
    ...checkLabelSelector(path, selector),
    ...(isEmptySelector(selector) ? [invalidField(path, selector, 'empty selector is invalid for deployment')] : []),
  ];
}

function checkLongRunning(path: string, { restartPolicy, activeDeadlineSeconds }: PodSpec): StatusCause[] {
  return [
    ...(restartPolicy === 'Always' ? [] : [unsupportedField(`${path}.restartPolicy`, restartPolicy, ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [forbiddenField(`${path}.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported')]),
  ];
}

/** Pods that never end and that the selector finds again. */
export function checkTemplate(template: PodTemplate, selector: LabelSelector | undefined): StatusCause[] {
  const path = 'spec.template';
  const { metadata = {}, spec = {} } = template;
  const { labels = {}, annotations = {} } = metadata;
  const isFound = isEmptySelector(selector) ? selector !== undefined : selects(selector, labels);
  return [
    ...(isFound
      ? []
      : [invalidField(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`')]),
    ...validateLabels(labels, `${path}.labels`),
    ...validateAnnotations(annotations, `${path}.annotations`),
    ...checkPodSpec(`${path}.spec`, spec, { isPod: false }),
    ...((spec.ephemeralContainers ?? []).length === 0
      ? []
      : [forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]),
    ...checkLongRunning(`${path}.spec`, spec),
  ];
}

/** Of a workload whose pods are named after it. */
export const templateWarnings = ({ metadata, spec }: KubeObject & { spec?: { template?: PodTemplate } }): string[] => [
  ...nameWarnings(metadata.name ?? '', 'Pod names and hostnames'),
  ...podSpecWarnings('spec.template.spec', spec?.template?.spec ?? {}),
];
