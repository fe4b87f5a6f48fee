/**
 * Metrics as autoscaling/v1 writes them into annotations, and back. Source: pkg/apis/autoscaling/v1/conversion.go, 1.34;
 * the shapes are MetricSpec and MetricStatus of k8s.io/api/autoscaling/v1.
 */
type Loose = Readonly<Record<string, unknown>>;

const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const record = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});

type Convert = (source: Loose) => Record<string, unknown>;
interface Shape {
  readonly toV1: Convert;
  readonly toV2: Convert;
}

/** `part`: `target` in a spec, `current` in a status; the fields of v1 are called after it. */
function shapesOf(part: 'target' | 'current'): Readonly<Record<string, Shape>> {
  const isSpec = part === 'target';
  const targetOf = (value: unknown, averageValue: unknown, averageUtilization: unknown) => ({
    ...(isSpec
      ? { type: averageUtilization !== undefined ? 'Utilization' : value !== undefined ? 'Value' : 'AverageValue' }
      : {}),
    ...given({ value, averageValue, averageUtilization }),
  });
  const [utilization, average, plain] = [`${part}AverageUtilization`, `${part}AverageValue`, `${part}Value`];
  const resource: Shape = {
    toV1: ({ name, container, [part]: amount }) => {
      const { averageUtilization, averageValue } = record(amount);
      return given({ name, [utilization]: averageUtilization, [average]: averageValue, container });
    },
    toV2: ({ name, container, ...v1 }) => ({
      ...given({ name, container }),
      [part]: targetOf(undefined, v1[average], v1[utilization]),
    }),
  };
  return {
    Resource: resource,
    ContainerResource: resource,
    Pods: {
      toV1: ({ metric, [part]: amount }) =>
        given({
          ...{ metricName: record(metric)['name'], selector: record(metric)['selector'] },
          [average]: record(amount)['averageValue'],
        }),
      toV2: ({ metricName, selector, ...v1 }) => ({
        metric: given({ name: metricName, selector }),
        [part]: targetOf(undefined, v1[average], undefined),
      }),
    },
    Object: {
      toV1: ({ describedObject, metric, [part]: amount }) =>
        given({
          ...{ target: describedObject, metricName: record(metric)['name'], selector: record(metric)['selector'] },
          ...{ [plain]: record(amount)['value'], averageValue: record(amount)['averageValue'] },
        }),
      toV2: ({ target, metricName, selector, averageValue, ...v1 }) => ({
        ...{ describedObject: target, metric: given({ name: metricName, selector }) },
        [part]: targetOf(averageValue === undefined ? v1[plain] : undefined, averageValue, undefined),
      }),
    },
    External: {
      toV1: ({ metric, [part]: amount }) =>
        given({
          ...{ metricName: record(metric)['name'], metricSelector: record(metric)['selector'] },
          ...{ [plain]: record(amount)['value'], [average]: record(amount)['averageValue'] },
        }),
      toV2: ({ metricName, metricSelector, ...v1 }) => ({
        metric: given({ name: metricName, selector: metricSelector }),
        [part]: targetOf(v1[plain], v1[average], undefined),
      }),
    },
  };
}

const SPECS = shapesOf('target');
const STATUSES = shapesOf('current');
const fieldOf = (type: string): string => `${type.charAt(0).toLowerCase()}${type.slice(1)}`;

function convertWith(shapes: Readonly<Record<string, Shape>>, way: keyof Shape) {
  return (metric: Loose): Loose => {
    const type = String(metric['type'] ?? '');
    const field = fieldOf(type);
    const convert = shapes[type]?.[way];
    return convert === undefined ? metric : { type, [field]: convert(record(metric[field])) };
  };
}

export const specToV1 = convertWith(SPECS, 'toV1');
export const specToV2 = convertWith(SPECS, 'toV2');
export const statusToV1 = convertWith(STATUSES, 'toV1');
export const statusToV2 = convertWith(STATUSES, 'toV2');
