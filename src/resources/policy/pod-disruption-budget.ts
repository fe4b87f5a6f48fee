/** policy/v1 PodDisruptionBudget. Source: pkg/apis/policy/validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { checkAtMostAll, checkIntOrPercent, type IntOrPercent } from '../apps/int-or-percent.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkNonNegative, invalidField, unsupportedField } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { checkConditions } from '../validate-conditions.ts';
import type { BudgetStatus } from './disruptions-allowed.ts';

export interface PodDisruptionBudget extends KubeObject {
  spec?: {
    minAvailable?: IntOrPercent;
    maxUnavailable?: IntOrPercent;
    selector?: LabelSelector;
    unhealthyPodEvictionPolicy?: string;
  };
  status?: Partial<BudgetStatus>;
}

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;
const limit = (value: IntOrPercent | undefined): string => (value === undefined ? 'N/A' : String(value));

const checkLimit = (path: string, value: IntOrPercent | undefined): StatusCause[] =>
  value === undefined ? [] : [...checkIntOrPercent(path, value), ...checkAtMostAll(path, value)];

function validate({ spec = {} }: PodDisruptionBudget): StatusCause[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const exclusive = 'minAvailable and maxUnavailable cannot be both set';
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined ? [invalidField('spec', spec, exclusive)] : []),
    ...checkLimit('spec.minAvailable', minAvailable),
    ...checkLimit('spec.maxUnavailable', maxUnavailable),
    ...(policy === undefined || POLICIES.includes(policy)
      ? []
      : [unsupportedField('spec.unhealthyPodEvictionPolicy', policy, POLICIES)]),
    ...checkLabelSelector('spec.selector', selector),
  ];
}

export const podDisruptionBudget = defineResource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  requiresVersion: true,
  columns: [
    NAME_COLUMN,
    column('Min Available', 'The minimum number of pods that must be available.', ({ spec }) =>
      limit(spec?.minAvailable),
    ),
    column('Max Unavailable', 'The maximum number of pods that may be unavailable.', ({ spec }) =>
      limit(spec?.maxUnavailable),
    ),
    column(
      'Allowed Disruptions',
      'Calculated number of pods that may be disrupted at this time.',
      ({ status }) => status?.disruptionsAllowed ?? 0,
      { type: 'integer' },
    ),
    AGE_COLUMN,
  ],
  subresources: { status: true },
  prepareForCreate: (object) => {
    object.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
  validate,
  validateStatusUpdate: ({ status = {} }) => [
    ...checkConditions('status.conditions', status.conditions ?? []),
    ...COUNTS.flatMap((field) => checkNonNegative(`status.${field}`, status[field])),
  ],
});
