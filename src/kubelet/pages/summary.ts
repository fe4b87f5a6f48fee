/** stats/v1alpha1 Summary: what is used, as far as runtimes tell. Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
import type { Usage } from '../../resources/metrics/pod-usage.ts';
import { amountOf } from '../../values/amounts.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { NodeSight } from './node-pages.ts';
import { type NodeUsage, totalOf, type UsedPod } from './usage.ts';

const NANOS_PER_MILLI = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000;

/** Of what is counted. */
const onDisk = ({ ephemeralStorage }: Usage, time: string, name: string): Readonly<Record<string, object>> =>
  ephemeralStorage === undefined ? {} : { [name]: { time, usedBytes: ephemeralStorage } };

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
  const total = totalOf(containers.map(({ usage }) => usage));
  return {
    podRef: { name, namespace, uid },
    startTime: pod.status?.startTime,
    containers: containers.map(({ name: container, startedAt, usage }) => ({
      name: container,
      startTime: formatTime(startedAt ?? 0),
      ...statsOf(usage, time),
      ...onDisk(usage, time, 'rootfs'),
    })),
    ...statsOf(total, time),
    ...onDisk(total, time, 'ephemeral-storage'),
  };
}

function fsOf({ status }: NodeSight['node'], { ephemeralStorage }: Usage, time: string): { fs?: object } {
  const capacity = status?.capacity?.['ephemeral-storage'];
  if (ephemeralStorage === undefined || capacity === undefined) {
    return {};
  }
  const capacityBytes = amountOf('ephemeral-storage', capacity);
  const availableBytes = Math.max(0, capacityBytes - ephemeralStorage);
  return { fs: { time, availableBytes, capacityBytes, usedBytes: ephemeralStorage } };
}

export function summary({ node, now }: NodeSight, { pods, total }: NodeUsage): object {
  const time = formatTime(now);
  const { name, creationTimestamp } = node.metadata;
  const capacity = node.status?.capacity?.['memory'];
  const { cpu, memory } = statsOf(total, time);
  const free =
    capacity === undefined ? {} : { availableBytes: Math.max(0, amountOf('memory', capacity) - total.memory) };
  return {
    node: {
      nodeName: name,
      startTime: creationTimestamp,
      cpu,
      memory: { ...memory, ...free },
      ...fsOf(node, total, time),
    },
    pods: pods.map((pod) => podStats(pod, time)),
  };
}
