/** scheduling.k8s.io/v1 PriorityClass. Source: pkg/apis/scheduling/{v1/defaults,validation}, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, forbiddenField, requiredField, unsupportedField } from '../field-errors.ts';
import { SYSTEM_CLASSES } from './system-classes.ts';

interface PriorityClass extends KubeObject {
  value?: number;
  globalDefault?: boolean;
  description?: string;
  preemptionPolicy?: string;
}

const POLICIES = ['PreemptLowerPriority', 'Never'];
const HIGHEST_OF_USERS = 1_000_000_000;
const SYSTEM_PREFIX = 'system-';

/** What a class that takes a name of the system's has other than the system's own. */
function systemProblem(name: string, { value = 0, globalDefault = false }: PriorityClass): string | undefined {
  const known = SYSTEM_CLASSES.find((one) => one.name === name);
  if (known === undefined) {
    return `${name} is not a known system priority class`;
  }
  if (known.value !== value) {
    return `value of ${name} PriorityClass must be ${known.value}`;
  }
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function checkValue(object: PriorityClass): StatusCause[] {
  const { metadata: { name = '' } = {}, value = 0 } = object;
  if (name.startsWith(SYSTEM_PREFIX)) {
    const problem = systemProblem(name, object);
    const reserved = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`;
    return problem === undefined ? [] : [forbiddenField('metadata.name', reserved)];
  }
  const tooHigh = `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`;
  return value > HIGHEST_OF_USERS ? [forbiddenField('value', tooHigh)] : [];
}

function checkPolicy({ preemptionPolicy: policy }: PriorityClass): StatusCause[] {
  const path = 'preemptionPolicy';
  if (policy === undefined || POLICIES.includes(policy)) {
    return [];
  }
  return [policy === '' ? requiredField(path) : unsupportedField(path, policy, POLICIES)];
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
    column('Value', docOf('value'), ({ value }) => value ?? 0, {
      type: 'integer',
    }),
    column('Global-Default', docOf('globalDefault'), ({ globalDefault }) => globalDefault ?? false, {
      type: 'boolean',
    }),
    AGE_COLUMN,
    column('PreemptionPolicy', docOf('preemptionPolicy'), ({ preemptionPolicy }) => preemptionPolicy ?? ''),
  ],
  // Every pod without a class looks for the default one.
  fields: ({ globalDefault }) => ({ '.globalDefault': String(globalDefault === true) }),
  applyDefaults: (object) => {
    object.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  // An update asks nothing of it: what these are about does not change.
  validateCreate: (object) => [...checkValue(object), ...checkPolicy(object)],
  validateUpdate: (object, old) => [
    ...((object.value ?? 0) === (old.value ?? 0) ? [] : [forbiddenField('value', 'may not be changed in an update.')]),
    ...checkImmutable('preemptionPolicy', object.preemptionPolicy, object.preemptionPolicy === old.preemptionPolicy),
  ],
});
