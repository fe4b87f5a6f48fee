/**
 * autoscaling/v1 HorizontalPodAutoscaler, of which kubectl before 1.33 makes its own: one CPU target beside the replicas;
 * everything else that v2 says is in annotations. Source: pkg/apis/autoscaling/v1/conversion.go, 1.34.
 */
import type { KubeObject } from '../../values/object.ts';
import { defineSecondForm } from '../second-form.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { specToV1, specToV2, statusToV1, statusToV2 } from './metrics-v1.ts';

type Loose = Record<string, unknown>;
interface Autoscaler extends KubeObject {
  spec?: Loose;
  status?: Loose;
}

const PREFIX = 'autoscaling.alpha.kubernetes.io';
const METRICS = `${PREFIX}/metrics`;
const CURRENT_METRICS = `${PREFIX}/current-metrics`;
const BEHAVIOR = `${PREFIX}/behavior`;
const CONDITIONS = `${PREFIX}/conditions`;
const ANNOTATIONS = [METRICS, CURRENT_METRICS, BEHAVIOR, CONDITIONS];

const list = (value: unknown): Loose[] => (Array.isArray(value) ? (value as Loose[]) : []);
const given = (fields: Loose): Loose =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What an annotation of ours holds; one that somebody broke says nothing. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const cpuUtilization = (metric: Loose, part: 'target' | 'current'): unknown => {
  const resource = metric['resource'] as
    | ({ name?: string } & Record<string, { averageUtilization?: number }>)
    | undefined;
  return metric['type'] === 'Resource' && resource?.name === 'cpu' ? resource[part]?.averageUtilization : undefined;
};

function withAnnotations({ metadata, ...rest }: Autoscaler, added: Loose): KubeObject {
  const { annotations = {}, ...others } = metadata;
  const kept = Object.entries(annotations).filter(([name]) => !ANNOTATIONS.includes(name));
  const texts = Object.entries(given(added)).map(([name, value]) => [name, JSON.stringify(value)] as const);
  const all = Object.fromEntries([...kept, ...texts]);
  return { ...rest, metadata: { ...others, ...(Object.keys(all).length === 0 ? {} : { annotations: all }) } };
}

const unlessEmpty = (items: Loose[]): Loose[] | undefined => (items.length === 0 ? undefined : items);

function fromStored(object: KubeObject): KubeObject {
  const { spec, status, ...rest } = object as Autoscaler;
  const { metrics, behavior, ...plainSpec } = spec ?? {};
  const { currentMetrics, conditions, ...plainStatus } = status ?? {};
  const target = list(metrics)
    .map((metric) => cpuUtilization(metric, 'target'))
    .find((value) => value !== undefined);
  const current = list(currentMetrics)
    .map((metric) => cpuUtilization(metric, 'current'))
    .find((value) => value !== undefined);
  const others = list(metrics).filter((metric) => cpuUtilization(metric, 'target') === undefined);
  const whole = {
    ...rest,
    ...(spec && { spec: given({ ...plainSpec, targetCPUUtilizationPercentage: target }) }),
    ...(status && { status: given({ ...plainStatus, currentCPUUtilizationPercentage: current }) }),
  };
  return withAnnotations(whole as Autoscaler, {
    [METRICS]: unlessEmpty(others.map(specToV1) as Loose[]),
    [CURRENT_METRICS]: unlessEmpty(list(currentMetrics).map(statusToV1) as Loose[]),
    [BEHAVIOR]: behavior,
    [CONDITIONS]: unlessEmpty(list(conditions)),
  });
}

function cpuMetric(percentage: unknown): Loose[] {
  const target = { type: 'Utilization', averageUtilization: percentage };
  return percentage === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target } }];
}

function toStored(object: KubeObject): KubeObject {
  const { spec, status, ...rest } = object as Autoscaler;
  const { targetCPUUtilizationPercentage: percentage, ...plainSpec } = spec ?? {};
  const { currentCPUUtilizationPercentage: _, ...plainStatus } = status ?? {};
  const note = (name: string): unknown => parsed(object.metadata.annotations?.[name]);
  const metrics = [...list(note(METRICS)).map(specToV2), ...cpuMetric(percentage)];
  const current = list(note(CURRENT_METRICS)).map(statusToV2);
  const conditions = list(note(CONDITIONS));
  const whole = {
    ...rest,
    ...(spec && {
      spec: given({ ...plainSpec, metrics: metrics.length === 0 ? undefined : metrics, behavior: note(BEHAVIOR) }),
    }),
    ...(status && {
      status: given({
        ...plainStatus,
        currentMetrics: current.length === 0 ? undefined : current,
        conditions: unlessEmpty(conditions),
      }),
    }),
  };
  return withAnnotations(whole as Autoscaler, {});
}

export const horizontalPodAutoscalerV1 = defineSecondForm({
  group: 'autoscaling',
  version: 'v1',
  schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  of: horizontalPodAutoscaler,
  toStored,
  fromStored,
});
