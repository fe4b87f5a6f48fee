/** What metrics pipelines scrape. Source: kubelet/metrics/collectors/resource_metrics.go. */
import type { Pod } from '../pod.ts';
import { exposition, type Metric, type Sample } from './exposition.ts';
import { type NodeUsage, totalOf } from './usage.ts';

const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  ...{ name, help: `[STABLE] ${help}`, type: 'counter', samples },
});
const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  ...{ name, help: `[STABLE] ${help}`, type: 'gauge', samples },
});
const counted = (labels: Record<string, string>, value: number | undefined, at: number): Sample[] =>
  value === undefined ? [] : [{ labels, value, at }];

export function resourceMetrics({ pods, total }: NodeUsage, at: number): string {
  const podLabels = ({ metadata: { namespace, name } }: Pod) => ({ namespace, pod: name });
  const containers = pods.flatMap(({ pod, containers: running }) =>
    running.map((one) => ({ ...one, labels: { container: one.name, ...podLabels(pod) } })),
  );
  const wholes = pods.map(({ pod, containers: running }) => ({
    labels: podLabels(pod),
    ...totalOf(running.map(({ usage }) => usage)),
  }));
  return exposition([
    counter(
      ...([
        'container_cpu_usage_seconds_total',
        'Cumulative cpu time consumed by the container in core-seconds',
      ] as const),
      containers.flatMap(({ labels, usage }) => counted(labels, usage.cpuSeconds, at)),
    ),
    gauge(
      ...(['container_memory_working_set_bytes', 'Current working set of the container in bytes'] as const),
      containers.map(({ labels, usage }) => ({ labels, value: usage.memory, at })),
    ),
    gauge(
      ...(['container_start_time_seconds', 'Start time of the container since unix epoch in seconds'] as const),
      containers.flatMap(({ labels, startedAt }) =>
        counted(labels, startedAt === undefined ? undefined : startedAt / 1_000, at),
      ),
    ),
    counter(
      ...(['node_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the node in core-seconds'] as const),
      [{ value: total.cpuSeconds, at }],
    ),
    gauge('node_memory_working_set_bytes', 'Current working set of the node in bytes', [{ value: total.memory, at }]),
    counter(
      ...(['pod_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the pod in core-seconds'] as const),
      wholes.flatMap(({ labels, cpuSeconds }) => counted(labels, cpuSeconds, at)),
    ),
    gauge(
      ...(['pod_memory_working_set_bytes', 'Current working set of the pod in bytes'] as const),
      wholes.map(({ labels, memory }) => ({ labels, value: memory, at })),
    ),
    gauge('resource_scrape_error', '1 if there was an error while getting container metrics, 0 otherwise', [
      { value: 0 },
    ]),
  ]);
}
