/**
 * The labels by which a job finds its pods: given by the server when the job is made, so that pods of two jobs are
 * never taken for each other's. Source: pkg/registry/batch/job/strategy.go and validateGeneratedSelector, 1.34.
 */
import type { StatusCause } from '../../errors.ts';
import { selects } from '../../values/label-selector.ts';
import type { KubeObject, ObjectMeta } from '../../values/object.ts';
import { invalidField, requiredField } from '../field-errors.ts';
import type { JobSpec } from './job-spec.ts';

const UID_LABEL = 'batch.kubernetes.io/controller-uid';
const NAME_LABEL = 'batch.kubernetes.io/job-name';
/** Of before 1.27; clients still select by them. */
const OLD = { uid: 'controller-uid', name: 'job-name' };

interface Selecting extends KubeObject {
  spec?: JobSpec;
}

const labelsOf = ({ uid = '', name = '' }: ObjectMeta, withPrefixed: boolean): Record<string, string> => ({
  ...{ [OLD.uid]: uid, [OLD.name]: name },
  ...(withPrefixed ? { [UID_LABEL]: uid, [NAME_LABEL]: name } : {}),
});

/** What the server gives. */
export const SELECTION_FIELDS = [
  'spec.selector',
  ...[OLD.uid, OLD.name, UID_LABEL, NAME_LABEL].flatMap((label) => [
    ['spec', 'template', 'metadata', 'labels', label],
    ['metadata', 'labels', label],
  ]),
];

/** What a client gave stays; whether it is right is for validation to say. */
export function generateSelector({ metadata, spec = {} }: Selecting): void {
  if (spec.manualSelector === true) {
    return;
  }
  spec.template ??= {};
  const { template } = spec;
  template.metadata ??= {};
  template.metadata.labels = { ...labelsOf(metadata, true), ...template.metadata.labels };
  spec.selector ??= {};
  spec.selector.matchLabels = { [UID_LABEL]: metadata.uid ?? '', ...spec.selector.matchLabels };
}

const hasPrefixed = ({ spec }: Selecting): boolean => {
  const { labels = {} } = spec?.template?.metadata ?? {};
  return UID_LABEL in labels && NAME_LABEL in labels;
};

/** Jobs that were made without the prefixed labels live on without them. */
export function checkGeneratedSelector({ metadata, spec = {} }: Selecting, old: Selecting | undefined): StatusCause[] {
  const { selector, manualSelector, template } = spec;
  if (manualSelector === true || selector === undefined) {
    return [];
  }
  const expected = labelsOf(metadata, old === undefined || hasPrefixed(old));
  const { labels = {} } = template?.metadata ?? {};
  return [
    ...Object.entries(expected).flatMap(([key, value]) => {
      const field = `spec.template.metadata.labels[${key}]`;
      const detail = `must be '${value}'`;
      if (labels[key] === undefined) {
        return [requiredField(field, detail)];
      }
      return labels[key] === value ? [] : [invalidField(field, labels, detail)];
    }),
    ...(selects(selector, expected) ? [] : [invalidField('spec.selector', selector, '`selector` not auto-generated')]),
  ];
}
