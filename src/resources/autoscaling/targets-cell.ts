/** `cpu: <unknown>/80%`: present and wanted figures of an autoscaler. Source: printers.go, formatHPAMetrics, 1.34. */
import { NONE, UNKNOWN } from '../columns.ts';
import type { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import type { Metric, Target } from './validate-autoscaler.ts';

const SHOWN = 2;

interface Current {
  averageUtilization?: number;
  averageValue?: string;
  value?: string;
}

const figure = ({ averageUtilization, averageValue, value }: Target & Current): string | undefined => {
  if (averageUtilization !== undefined) {
    return `${averageUtilization}%`;
  }
  return averageValue === undefined ? value : `${averageValue}${value === undefined ? '' : ' (avg)'}`;
};

const sourceOf = (metric: Metric) =>
  metric.resource ?? metric.containerResource ?? metric.pods ?? metric.object ?? metric.external;

function metricText(metric: Metric, current: Metric | undefined): string {
  const source = sourceOf(metric);
  const now = current === undefined ? undefined : (sourceOf(current) as { current?: Current } | undefined)?.current;
  const name = metric.resource === undefined ? '' : `${source?.name ?? ''}: `;
  return `${name}${(now === undefined ? undefined : figure(now)) ?? UNKNOWN}/${figure(source?.target ?? {}) ?? UNKNOWN}`;
}

export function targetsCell({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) {
    return NONE;
  }
  const texts = metrics
    .slice(0, SHOWN)
    .map((metric, index) => metricText(metric, status?.currentMetrics?.[index] as Metric | undefined));
  const more = metrics.length > SHOWN ? ` + ${metrics.length - SHOWN} more...` : '';
  return `${texts.join(', ')}${more}`;
}
