/** `cpu: <unknown>/80%`: present and wanted figures of an autoscaler. Source: printers.go, formatHPAMetrics, 1.34. */
import { NONE, UNKNOWN } from '../columns.ts';
import type { Metric, MetricSource, Target } from './autoscaler-spec.ts';
import type { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';

const SHOWN = 2;

/** The figures that an autoscaler's status has, in the place of a target. */
type Current = Omit<Target, 'type'>;

interface Figures {
  readonly target: Target;
  readonly current: Current;
}

const percent = (value: number | undefined): string | undefined => (value === undefined ? undefined : `${value}%`);
const pair = (current: string | undefined, target: string): string => `${current ?? UNKNOWN}/${target}`;

/** An average is told from a plain value where both can be wanted. */
const valueText = ({ target, current }: Figures): string =>
  target.averageValue === undefined
    ? pair(current.value, target.value ?? '<nil>')
    : `${pair(current.averageValue, target.averageValue)} (avg)`;

const averageText = ({ target, current }: Figures): string =>
  pair(current.averageValue, target.averageValue ?? '<nil>');

const resourceText = ({ target, current }: Figures, { name = '' }: MetricSource): string =>
  `${name}: ${
    target.averageValue === undefined
      ? pair(percent(current.averageUtilization), percent(target.averageUtilization) ?? '<auto>')
      : pair(current.averageValue, target.averageValue)
  }`;

const TEXTS = new Map<string, [field: keyof Metric, text: (figures: Figures, source: MetricSource) => string]>([
  ['External', ['external', valueText]],
  ['Pods', ['pods', averageText]],
  ['Object', ['object', valueText]],
  ['Resource', ['resource', resourceText]],
  ['ContainerResource', ['containerResource', resourceText]],
]);

function metricText(metric: Metric, present: Metric | undefined): string {
  const [field, text] = TEXTS.get(metric.type ?? '') ?? [];
  if (field === undefined || text === undefined) {
    return '<unknown type>';
  }
  const source = (metric[field] ?? {}) as MetricSource;
  const { current = {} } = (present?.[field] ?? {}) as { current?: Current };
  return text({ target: source.target ?? {}, current }, source);
}

export function targetsCell({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) {
    return NONE;
  }
  const texts = metrics
    .slice(0, SHOWN)
    .map((metric, index) => metricText(metric, (status?.currentMetrics as Metric[] | undefined)?.[index]));
  const more = metrics.length > SHOWN ? ` + ${metrics.length - SHOWN} more...` : '';
  return `${texts.join(', ')}${more}`;
}
