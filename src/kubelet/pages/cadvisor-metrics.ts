/**
 * Containers in the names that cAdvisor gives them, as far as runtimes tell: what dashboards of Kubernetes are made of.
 * Cgroups are named as the driver `cgroupfs` does. Source: github.com/google/cadvisor/metrics/prometheus.go.
 */
import type { Usage } from '../../resources/metrics/pod-usage.ts';
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import { qosClass } from '../../resources/pod/qos-class.ts';
import { amountOf } from '../../values/amounts.ts';
import type { Container, ContainerStatus, Pod, PodSpec } from '../pod.ts';
import { exposition, type Metric, type Sample } from './exposition.ts';
import type { NodeSight } from './node-sight.ts';
import { type NodeUsage, totalOf, type UsedPod } from './usage.ts';

type Labels = Readonly<Record<string, string>>;

/** A cgroup: a container's, a pod's with all of its own, or the node's. */
interface Row {
  readonly labels: Labels;
  readonly usage: Usage;
  readonly startedAt?: number | undefined;
  readonly container?: Container | undefined;
}

const PERIOD = 100_000;
const NOBODY: Labels = { container: '', image: '', name: '' };
const PARENTS: Readonly<Record<string, string>> = {
  Guaranteed: '/kubepods',
  Burstable: '/kubepods/burstable',
  BestEffort: '/kubepods/besteffort',
};

const allOf = ({ spec }: Pod): Container[] => [
  ...spec.containers,
  ...(spec.initContainers ?? []),
  ...(spec.ephemeralContainers ?? []),
];
const statusesOf = ({ status = {} }: Pod): ContainerStatus[] => [
  ...(status.containerStatuses ?? []),
  ...(status.initContainerStatuses ?? []),
  ...(status.ephemeralContainerStatuses ?? []),
];
const parentOf = ({ spec }: { readonly spec: PodSpec }): string => PARENTS[qosClass(spec)] ?? '';

function rowsOf({ pod, containers }: UsedPod): Row[] {
  const { namespace, name } = pod.metadata;
  const id = `${parentOf(pod)}/pod${runtimeUid(pod)}`;
  const [specs, statuses] = [allOf(pod), statusesOf(pod)];
  const own = containers.map(({ name: container, usage, startedAt }): Row => {
    const { containerID = '', image = '' } = statuses.find((one) => one.name === container) ?? {};
    const runtimeId = containerID.split('://').at(-1) ?? '';
    const labels = { container, id: `${id}/${runtimeId}`, image, name: runtimeId, namespace, pod: name };
    return { labels, usage, startedAt, container: specs.find((one) => one.name === container) };
  });
  const whole = { labels: { ...NOBODY, id, namespace, pod: name }, usage: totalOf(own.map(({ usage }) => usage)) };
  return [...own, whole];
}

type Figure = (row: Row) => number | undefined;

const requested = ({ resources }: Container, name: string): number =>
  amountOf(name, resources?.requests?.[name] ?? '0');
const limited = ({ resources }: Container, name: string): number => amountOf(name, resources?.limits?.[name] ?? '0');

/** Source: cm/helpers_linux.go, MilliCPUToShares. */
const sharesOf = (milliCpu: number): number => Math.max(2, Math.floor((milliCpu * 1_024) / 1_000));

function quotaOf({ container }: Row): number | undefined {
  const limit = container === undefined ? 0 : limited(container, 'cpu');
  return limit === 0 ? undefined : (limit * PERIOD) / 1_000;
}

const FIGURES: readonly (readonly [name: string, type: Metric['type'], help: string, of: Figure, more?: Labels])[] = [
  [
    ...(['container_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed in seconds.'] as const),
    ({ usage }) => usage.cpuSeconds,
    { cpu: 'total' },
  ],
  [
    ...(['container_fs_usage_bytes', 'gauge'] as const),
    'Number of bytes that are consumed by the container on this filesystem.',
    ({ usage }) => usage.ephemeralStorage,
    { device: '' },
  ],
  [
    ...(['container_memory_usage_bytes', 'gauge'] as const),
    'Current memory usage in bytes, including all memory regardless of when it was accessed',
    ({ usage }) => usage.memory,
  ],
  [
    ...(['container_memory_working_set_bytes', 'gauge', 'Current working set in bytes.'] as const),
    ({ usage }) => usage.memory,
  ],
  [
    ...(['container_spec_cpu_period', 'gauge', 'CPU period of the container.'] as const),
    (row) => (quotaOf(row) === undefined ? undefined : PERIOD),
  ],
  ['container_spec_cpu_quota', 'gauge', 'CPU quota of the container.', quotaOf],
  [
    ...(['container_spec_cpu_shares', 'gauge', 'CPU share of the container.'] as const),
    ({ container }) => container && sharesOf(requested(container, 'cpu')),
  ],
  [
    ...(['container_spec_memory_limit_bytes', 'gauge', 'Memory limit for the container.'] as const),
    ({ container }) => container && limited(container, 'memory'),
  ],
  [
    ...(['container_start_time_seconds', 'gauge'] as const),
    'Start time of the container since unix epoch in seconds.',
    ({ startedAt }) => (startedAt === undefined ? undefined : Math.floor(startedAt / 1_000)),
  ],
];

export function cadvisorMetrics({ node, now }: NodeSight, { pods, total }: NodeUsage): string {
  const rows = [...pods.flatMap(rowsOf), { labels: { ...NOBODY, id: '/', namespace: '', pod: '' }, usage: total }];
  const metrics = FIGURES.map(([name, type, help, of, more = {}]): Metric => {
    const samples = rows.flatMap((row): Sample[] => {
      const value = of(row);
      return value === undefined ? [] : [{ labels: { ...row.labels, ...more }, value, at: now }];
    });
    return { name, type, help, samples };
  });
  return exposition([...metrics, ...machine(node), SCRAPED]);
}

const SCRAPED: Metric = {
  ...{ name: 'container_scrape_error', type: 'gauge', samples: [{ value: 0 }] },
  help: '1 if there was an error while getting container metrics, 0 otherwise',
};

function machine({ status = {} }: NodeSight['node']): Metric[] {
  const { bootID = '', machineID = '', systemUUID = '' } = status.nodeInfo ?? {};
  const labels = { boot_id: bootID, machine_id: machineID, system_uuid: systemUUID };
  const amount = (resource: string): number => amountOf(resource, status.capacity?.[resource] ?? '0');
  const gauge = (name: string, help: string, value: number): Metric => ({
    ...{ name, help, type: 'gauge', samples: [{ labels, value }] },
  });
  return [
    gauge('machine_cpu_cores', 'Number of logical CPU cores.', amount('cpu') / 1_000),
    gauge('machine_memory_bytes', 'Amount of memory installed on the machine.', amount('memory')),
  ];
}
