/** What an autoscaler must meet. Source: pkg/apis/autoscaling/validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isPathSegmentName } from '../../values/name-rules.ts';
import { parseQuantity } from '../../values/quantity.ts';
import {
  checkNonNegative,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
  violations,
} from '../field-errors.ts';

export interface Target {
  type?: string;
  value?: string;
  averageValue?: string;
  averageUtilization?: number;
}
interface Source {
  name?: string;
  container?: string;
  metric?: { name?: string };
  describedObject?: { kind?: string; name?: string };
  target?: Target;
}
const SOURCES = ['object', 'pods', 'resource', 'containerResource', 'external'] as const;
export type Metric = { type?: string } & Partial<Record<(typeof SOURCES)[number], Source>>;
export interface ScalingRules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: string;
  policies?: { type?: string; value?: number; periodSeconds?: number }[];
}
export interface AutoscalerSpec {
  scaleTargetRef?: { kind?: string; name?: string };
  minReplicas?: number;
  maxReplicas?: number;
  metrics?: Metric[];
  behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules };
}

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGET_TYPES = ['AverageValue', 'Utilization', 'Value'];
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];
const MAX_PERIOD = 1_800;
const MAX_WINDOW = 3_600;

const fieldOf = (type: string): (typeof SOURCES)[number] =>
  `${type.charAt(0).toLowerCase()}${type.slice(1)}` as (typeof SOURCES)[number];
const isPositive = (text: string | undefined): boolean => text === undefined || (parseQuantity(text)?.nanos ?? 0n) > 0n;

function checkTarget(
  path: string,
  { type = '', value, averageValue, averageUtilization: percent }: Target,
): StatusCause[] {
  const positive = 'must be positive';
  return [
    ...(type === '' ? [requiredField(`${path}.type`, 'must specify a metric target type')] : []),
    ...(type === '' || TARGET_TYPES.includes(type)
      ? []
      : [invalidField(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...(isPositive(value) ? [] : [invalidField(`${path}.value`, value, positive)]),
    ...(isPositive(averageValue) ? [] : [invalidField(`${path}.averageValue`, averageValue, positive)]),
    ...(percent === undefined || percent >= 1
      ? []
      : [invalidField(`${path}.averageUtilization`, percent, 'must be greater than 0')]),
  ];
}

function checkMetric(path: string, metric: Metric): StatusCause[] {
  const { type = '' } = metric;
  if (type === '') {
    return [requiredField(`${path}.type`, 'must specify a metric source type')];
  }
  if (!TYPES.includes(type)) {
    return [unsupportedField(`${path}.type`, type, TYPES)];
  }
  const field = fieldOf(type);
  const source = metric[field];
  const others = SOURCES.filter((other) => other !== field && metric[other] !== undefined);
  const isNamed = field === 'resource' || field === 'containerResource';
  return [
    ...(source === undefined
      ? [requiredField(`${path}.${field}`, `must populate information for the given metric source`)]
      : checkTarget(`${path}.${field}.target`, source.target ?? {})),
    ...(source !== undefined && isNamed && !source.name
      ? [requiredField(`${path}.${field}.name`, 'must specify a resource name')]
      : []),
    ...others.map((other) => forbiddenField(`${path}.${other}`, 'must populate the given metric source only')),
  ];
}

function checkRules(path: string, rules: ScalingRules | undefined): StatusCause[] {
  if (rules === undefined) {
    return [];
  }
  const { stabilizationWindowSeconds: window, selectPolicy = 'Max', policies = [] } = rules;
  return [
    ...checkNonNegative(`${path}.stabilizationWindowSeconds`, window),
    ...((window ?? 0) > MAX_WINDOW
      ? [invalidField(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${MAX_WINDOW}`)]
      : []),
    ...(SELECT_POLICIES.includes(selectPolicy)
      ? []
      : [unsupportedField(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES)]),
    ...(policies.length === 0 ? [requiredField(`${path}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap(({ type = '', value = 0, periodSeconds: period = 0 }, index) => {
      const at = `${path}.policies[${index}]`;
      return [
        ...(POLICY_TYPES.includes(type) ? [] : [unsupportedField(`${at}.type`, type, POLICY_TYPES)]),
        ...(value > 0 ? [] : [invalidField(`${at}.value`, value, 'must be greater than zero')]),
        ...(period > 0 ? [] : [invalidField(`${at}.periodSeconds`, period, 'must be greater than zero')]),
        ...(period > MAX_PERIOD
          ? [invalidField(`${at}.periodSeconds`, period, `must be less than or equal to ${MAX_PERIOD}`)]
          : []),
      ];
    }),
  ];
}

export function checkAutoscaler(spec: AutoscalerSpec): StatusCause[] {
  const { minReplicas = 1, maxReplicas = 0, scaleTargetRef = {}, metrics = [], behavior = {} } = spec;
  const { kind = '', name = '' } = scaleTargetRef;
  const ref = 'spec.scaleTargetRef';
  return [
    ...(minReplicas < 1 ? [invalidField('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')] : []),
    ...(maxReplicas < 1 ? [invalidField('spec.maxReplicas', maxReplicas, 'must be greater than 0')] : []),
    ...(maxReplicas < minReplicas
      ? [invalidField('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...(kind === '' ? [requiredField(`${ref}.kind`)] : violations(isPathSegmentName, `${ref}.kind`, kind)),
    ...(name === '' ? [requiredField(`${ref}.name`)] : violations(isPathSegmentName, `${ref}.name`, name)),
    ...metrics.flatMap((metric, index) => checkMetric(`spec.metrics[${index}]`, metric)),
    ...checkRules('spec.behavior.scaleUp', behavior.scaleUp),
    ...checkRules('spec.behavior.scaleDown', behavior.scaleDown),
  ];
}
