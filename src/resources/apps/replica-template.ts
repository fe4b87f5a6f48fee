/** The template of replica sets and of the deployments that make them. Source: ValidatePodTemplateSpecForReplicaSet, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';
import { checkEndless, checkIsSelected, checkTemplate } from '../pod/pod-template.ts';

/** `old` on an update. */
export function checkReplicaTemplate(
  template: PodTemplate,
  selector: LabelSelector | undefined,
  old: PodTemplate | undefined,
): StatusCause[] {
  const path = 'spec.template';
  return [
    ...checkIsSelected(path, template, selector),
    ...checkTemplate(path, template, old),
    ...checkEndless(path, template, 'ReplicaSet'),
  ];
}
