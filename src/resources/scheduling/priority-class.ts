/** scheduling.k8s.io/v1 PriorityClass. Source: pkg/apis/scheduling/{v1/defaults,validation}, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, forbiddenField, unsupportedField } from '../field-errors.ts';

interface PriorityClass extends KubeObject {
  value?: number;
  globalDefault?: boolean;
  description?: string;
  preemptionPolicy?: string;
}

const POLICIES = ['Never', 'PreemptLowerPriority'];
const HIGHEST_OF_USERS = 1_000_000_000;
const SYSTEM_PREFIX = 'system-';

function validate({ metadata, value = 0, preemptionPolicy }: PriorityClass): StatusCause[] {
  const isSystem = (metadata.name ?? '').startsWith(SYSTEM_PREFIX);
  const reserved = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only`;
  const tooHigh = `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`;
  return [
    ...(isSystem ? [forbiddenField('metadata.name', reserved)] : []),
    ...(!isSystem && value > HIGHEST_OF_USERS ? [forbiddenField('value', tooHigh)] : []),
    ...(preemptionPolicy === undefined || POLICIES.includes(preemptionPolicy)
      ? []
      : [unsupportedField('preemptionPolicy', preemptionPolicy, POLICIES)]),
  ];
}

export const priorityClass = defineResource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  schema: 'io.k8s.api.scheduling.v1.PriorityClass',
  columns: [
    NAME_COLUMN,
    column('Value', 'value represents the integer value of this priority class.', ({ value }) => value ?? 0, {
      type: 'integer',
    }),
    column(
      'Global-Default',
      'Whether this class is the default of pods that do not have any priority class.',
      ({ globalDefault }) => globalDefault ?? false,
      { type: 'boolean' },
    ),
    AGE_COLUMN,
    column(
      'PreemptionPolicy',
      'preemptionPolicy is the policy for preempting pods with lower priority.',
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
    ),
  ],
  applyDefaults: (object) => {
    object.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  validate,
  validateUpdate: (object, old) => [
    ...((object.value ?? 0) === (old.value ?? 0) ? [] : [forbiddenField('value', 'may not be changed in an update.')]),
    ...checkImmutable('preemptionPolicy', object.preemptionPolicy, object.preemptionPolicy === old.preemptionPolicy),
  ],
});
