/** stats/v1alpha1 Summary: what is used, as far as runtimes tell. Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
import type { DiskUse, Usage } from '../../resources/metrics/pod-usage.ts';
import type { HostSignals } from '../../runtimes/runtime.ts';
import { amountOf } from '../../values/amounts.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { NodeSight } from './node-sight.ts';
import { type NodeUsage, totalOf, type UsedPod } from './usage.ts';

/** Of the host of its pods. */
type Left = Awaited<ReturnType<HostSignals['left']>>;

const NANOS_PER_MILLI = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000;

/** Of what is counted. */
const onDisk = (use: DiskUse | undefined, time: string, name: string): Readonly<Record<string, object>> =>
  use === undefined
    ? {}
    : { [name]: { time, usedBytes: use.bytes, ...(use.inodes === undefined ? {} : { inodesUsed: use.inodes }) } };
const written = ({ ephemeralStorage: bytes }: Usage): DiskUse | undefined =>
  bytes === undefined ? undefined : { bytes };
/** Who does not tell its log from the rest has none. */
const rootOf = (usage: Usage): DiskUse | undefined =>
  usage.rootfs ?? (usage.logs === undefined ? written(usage) : undefined);

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
      ...onDisk(rootOf(usage), time, 'rootfs'),
      ...onDisk(usage.logs, time, 'logs'),
    })),
    ...statsOf(total, time),
    ...onDisk(written(total), time, 'ephemeral-storage'),
  };
}

/** What the host says of itself, or else what its pods are known to have written. */
function fsOf(
  { status }: NodeSight['node'],
  { ephemeralStorage }: Usage,
  left: Left | undefined,
  time: string,
): { fs?: object } {
  const [room, files] = [left?.get('nodefs.available'), left?.get('nodefs.inodesFree')];
  if (room !== undefined) {
    const { capacity: capacityBytes, available: availableBytes } = room;
    const inodes =
      files === undefined
        ? {}
        : { inodes: files.capacity, inodesFree: files.available, inodesUsed: files.capacity - files.available };
    return { fs: { time, availableBytes, capacityBytes, usedBytes: capacityBytes - availableBytes, ...inodes } };
  }
  const capacity = status?.capacity?.['ephemeral-storage'];
  if (ephemeralStorage === undefined || capacity === undefined) {
    return {};
  }
  const capacityBytes = amountOf('ephemeral-storage', capacity);
  const availableBytes = Math.max(0, capacityBytes - ephemeralStorage);
  return { fs: { time, availableBytes, capacityBytes, usedBytes: ephemeralStorage } };
}

export function summary({ node, now }: NodeSight, { pods, total }: NodeUsage, left?: Left): object {
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
      ...fsOf(node, total, left, time),
    },
    pods: pods.map((pod) => podStats(pod, time)),
  };
}
