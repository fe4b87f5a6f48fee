/** Metrics of an autoscaler: one source each, of its type. Source: pkg/apis/autoscaling/validation, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isPathSegmentName } from '../../values/name-rules.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { type Metric, type MetricSource, SOURCES, type SourceName, type Target } from './autoscaler-spec.ts';
import { checkReference } from './cross-version-reference.ts';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];
const MISSING = 'must populate information for the given metric source';
const FOREIGN = 'must populate the given metric source only';

const isPositive = (text: string | undefined): boolean => text === undefined || (parseQuantity(text)?.nanos ?? 0n) > 0n;

function checkTarget(path: string, target: Target): StatusCause[] {
  const { type = '', value, averageValue, averageUtilization: percent } = target;
  return [
    ...(type === '' ? [requiredField(`${path}.type`, 'must specify a metric target type')] : []),
    ...(TARGET_TYPES.includes(type)
      ? []
      : [invalidField(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...(isPositive(value) ? [] : [invalidField(`${path}.value`, value, 'must be positive')]),
    ...(isPositive(averageValue) ? [] : [invalidField(`${path}.averageValue`, averageValue, 'must be positive')]),
    ...(percent === undefined || percent >= 1
      ? []
      : [invalidField(`${path}.averageUtilization`, percent, 'must be greater than 0')]),
  ];
}

function checkIdentifier(path: string, { name = '' }: NonNullable<MetricSource['metric']>): StatusCause[] {
  return name === ''
    ? [requiredField(`${path}.name`, 'must specify a metric name')]
    : violations(isPathSegmentName, `${path}.name`, name);
}

const checkObject: Check = (path, { describedObject = {}, metric = {} }, { value, averageValue }, spareApiVersions) => [
  ...checkReference(`${path}.describedObject`, describedObject, spareApiVersions ? 'spared' : 'anyGroup'),
  ...checkIdentifier(`${path}.metric`, metric),
  ...(value === undefined && averageValue === undefined
    ? [requiredField(`${path}.target.averageValue`, 'must set either a target value or averageValue')]
    : []),
];

const checkExternal: Check = (path, { metric = {} }, { value, averageValue }) => {
  const both = 'may not set both a target value for metric and a per-pod target';
  const none = 'must set either a target value for metric or a per-pod target';
  return [
    ...checkIdentifier(`${path}.metric`, metric),
    ...(value === undefined && averageValue === undefined ? [requiredField(`${path}.target.averageValue`, none)] : []),
    ...(value !== undefined && averageValue !== undefined ? [forbiddenField(`${path}.target.value`, both)] : []),
  ];
};

const checkPods: Check = (path, { metric = {} }, { averageValue }) => [
  ...checkIdentifier(`${path}.metric`, metric),
  ...(averageValue !== undefined && isPositive(averageValue)
    ? []
    : [requiredField(`${path}.target.averageValue`, 'must specify a positive target averageValue')]),
];

const checkResource: Check = (path, { name = '' }, { averageValue, averageUtilization }) => {
  const both = 'may not set both a target raw value and a target utilization';
  const none = 'must set either a target raw value or a target utilization';
  const [raw, part] = [averageValue !== undefined, averageUtilization !== undefined];
  return [
    ...(name === '' ? [requiredField(`${path}.name`, 'must specify a resource name')] : []),
    ...(raw || part ? [] : [requiredField(`${path}.target.averageUtilization`, none)]),
    ...(raw && part ? [forbiddenField(`${path}.target.averageValue`, both)] : []),
  ];
};

const checkContainerResource: Check = (path, source, target, spare) => [
  ...(source.container ? [] : [requiredField(`${path}.container`, 'must specify a container')]),
  ...checkResource(path, source, target, spare),
];

type Check = (path: string, source: MetricSource, target: Target, spareApiVersions: boolean) => StatusCause[];
const CHECKS: Readonly<Record<SourceName, Check>> = {
  object: checkObject,
  external: checkExternal,
  pods: checkPods,
  resource: checkResource,
  containerResource: checkContainerResource,
};

const fieldOf = (type: string): SourceName => `${type.charAt(0).toLowerCase()}${type.slice(1)}` as SourceName;

/** Only the first of several sources is looked into. */
function checkSources(path: string, metric: Metric, spareApiVersions: boolean): StatusCause[] {
  const present = SOURCES.filter((name) => metric[name] !== undefined);
  const [first] = present;
  const source = first === undefined ? undefined : metric[first];
  if (first === undefined || source === undefined) {
    return [];
  }
  const { target = {} } = source;
  const foreign = present.length === 1 ? [] : present.filter((name) => name !== fieldOf(metric.type ?? ''));
  return [
    ...CHECKS[first](`${path}.${first}`, source, target, spareApiVersions),
    ...checkTarget(`${path}.${first}.target`, target),
    ...foreign.map((name) => forbiddenField(`${path}.${name}`, FOREIGN)),
  ];
}

function checkType(path: string, metric: Metric): StatusCause[] {
  const { type = '' } = metric;
  if (type === '') {
    return [
      requiredField(`${path}.type`, 'must specify a metric source type'),
      unsupportedField(`${path}.type`, '', TYPES),
    ];
  }
  if (!TYPES.includes(type)) {
    return [unsupportedField(`${path}.type`, type, TYPES)];
  }
  const field = fieldOf(type);
  return metric[field] === undefined ? [requiredField(`${path}.${field}`, MISSING)] : [];
}

/** `spareApiVersions`: what was stored has a bad one already. */
export const checkMetrics = (path: string, metrics: readonly Metric[], spareApiVersions: boolean): StatusCause[] =>
  metrics.flatMap((metric, index) => [
    ...checkType(`${path}[${index}]`, metric),
    ...checkSources(`${path}[${index}]`, metric, spareApiVersions),
  ]);
