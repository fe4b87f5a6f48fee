/** stats/v1alpha1 Summary: what is used, as far as runtimes tell. Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
import type { Usage } from '../../resources/metrics/pod-usage.ts';
import { amountOf } from '../../values/amounts.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { NodeSight } from './node-pages.ts';
import { type NodeUsage, totalOf, type UsedPod } from './usage.ts';

const NANOS_PER_MILLI = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000;

function statsOf({ cpu, memory, cpuSeconds }: Usage, time: string): { cpu: object; memory: object } {
  return {
    cpu: {
      time,
      usageNanoCores: Math.round(cpu * NANOS_PER_MILLI),
      ...(cpuSeconds === undefined ? {} : { usageCoreNanoSeconds: Math.round(cpuSeconds * NANOS_PER_SECOND) }),
    },
    memory: { time, usageBytes: memory, workingSetBytes: memory },
  };
}

function podStats({ pod, containers }: UsedPod, time: string): object {
  const { name, namespace, uid } = pod.metadata;
  return {
    podRef: { name, namespace, uid },
    startTime: pod.status?.startTime,
    containers: containers.map(({ name: container, startedAt, usage }) => ({
      name: container,
      startTime: formatTime(startedAt ?? 0),
      ...statsOf(usage, time),
    })),
    ...statsOf(totalOf(containers.map(({ usage }) => usage)), time),
  };
}

export function summary({ node, now }: NodeSight, { pods, total }: NodeUsage): object {
  const time = formatTime(now);
  const { name, creationTimestamp } = node.metadata;
  const capacity = node.status?.capacity?.['memory'];
  const { cpu, memory } = statsOf(total, time);
  const free =
    capacity === undefined ? {} : { availableBytes: Math.max(0, amountOf('memory', capacity) - total.memory) };
  return {
    node: { nodeName: name, startTime: creationTimestamp, cpu, memory: { ...memory, ...free } },
    pods: pods.map((pod) => podStats(pod, time)),
  };
}
