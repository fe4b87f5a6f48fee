/** The template in a workload: its defaults and its rules. Source: pkg/apis/{core,apps}/validation, 1.34. */
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
import { nameWarnings, podWarnings } from './warnings.ts';

const OF_METADATA: ReadonlySet<string> = new Set([
  ...['name', 'generateName', 'namespace', 'labels', 'annotations', 'finalizers'],
]);

export function defaultTemplate(template: PodTemplate): void {
  template.metadata ??= {};
  dropZeroFields(template.metadata, OF_METADATA);
  template.spec ??= {};
  defaultPodSpec(template.spec);
}

/** A selector that selects everything would take every pod of the namespace. */
export const checkNotEmpty = (selector: LabelSelector, ofKind: string): StatusCause[] =>
  isEmptySelector(selector) ? [invalidField('spec.selector', selector, `empty selector is invalid for ${ofKind}`)] : [];

export function checkSelector(selector: LabelSelector | undefined, ofKind: string): StatusCause[] {
  const path = 'spec.selector';
  return selector === undefined
    ? [requiredField(path)]
    : [...checkLabelSelector(path, selector), ...checkNotEmpty(selector, ofKind)];
}

/** Pods that nothing finds again would be made without end. */
export function checkIsSelected(
  path: string,
  { metadata: { labels = {} } = {} }: PodTemplate,
  selector: LabelSelector | undefined,
): StatusCause[] {
  return selects(selector, labels)
    ? []
    : [invalidField(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`')];
}

/** What every template must meet, whoever makes pods of it. `old` on an update. Source: ValidatePodTemplateSpec. */
export function checkTemplate(
  path: string,
  { metadata = {}, spec = {} }: PodTemplate,
  old: PodTemplate | undefined,
): StatusCause[] {
  return [
    ...validateLabels(metadata.labels ?? {}, `${path}.labels`),
    ...validateAnnotations(metadata.annotations ?? {}, `${path}.annotations`),
    ...checkPodSpec(`${path}.spec`, spec, { isPod: false, old: old?.spec }),
    ...((spec.ephemeralContainers ?? []).length === 0
      ? []
      : [forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]),
  ];
}

/** Of workloads whose pods never end. */
export function checkEndless(path: string, { spec = {} }: PodTemplate, ofKind: string): StatusCause[] {
  const { restartPolicy, activeDeadlineSeconds }: PodSpec = spec;
  const deadline = `activeDeadlineSeconds in ${ofKind} is not Supported`;
  return [
    ...(restartPolicy === 'Always' ? [] : [unsupportedField(`${path}.spec.restartPolicy`, restartPolicy, ['Always'])]),
    ...(activeDeadlineSeconds === undefined ? [] : [forbiddenField(`${path}.spec.activeDeadlineSeconds`, deadline)]),
  ];
}

interface Templated extends KubeObject {
  spec?: { template?: PodTemplate };
}

/** An update that leaves the spec alone is not warned of what was there. */
export const templateWarnings = ({ metadata, spec }: Templated, old?: Templated): string[] =>
  old !== undefined && old.metadata.generation === metadata.generation
    ? []
    : podWarnings('spec.template.', spec?.template ?? {});

/** Of a workload whose pods are named after it. */
export const namedTemplateWarnings = (object: Templated, old?: Templated): string[] => [
  ...(old === undefined ? nameWarnings(object.metadata.name ?? '', 'Pod names and hostnames') : []),
  ...templateWarnings(object, old),
];
