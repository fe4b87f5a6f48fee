/** The whole status of a virtual node. Pure. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RuntimeInfo } from '../runtimes/runtime.ts';
import { formatAmount } from '../values/amounts.ts';
import { parseTime } from '../values/rfc3339.ts';
import type { Pressure } from './eviction/thresholds.ts';
import type { Node, NodeStatus } from './node.ts';
import { addressOf } from './node-addresses.ts';
import { nodeConditions } from './node-conditions.ts';
import { allocatableAmounts, type NodeSettings } from './node-settings.ts';

const KUBELET_VERSION = 'v1.34.0-flotilla';
export const KUBELET_PORT = 10_250;

export interface NodeStatusInput {
  readonly node: Node;
  readonly settings: NodeSettings;
  readonly info: RuntimeInfo;
  readonly images: readonly { readonly image: string; readonly sizeBytes: number }[];
  readonly now: number;
  readonly pressures?: ReadonlySet<Pressure>;
}

export function generateNodeStatus({
  node,
  settings: told,
  info,
  images,
  now,
  pressures,
}: NodeStatusInput): NodeStatus {
  const { capacity, ownCapacity } = told;
  const settings = { ...told, capacity: { ...capacity, ...info.machine?.capacity, ...ownCapacity, ...info.capacity } };
  const old = node.status ?? {};
  const { name } = node.metadata;
  const { nodeStatusMaxImages: most } = settings.configuration;
  const allocatable = [...allocatableAmounts(settings)].map(([resource, amount]) => [
    resource,
    formatAmount(resource, amount),
  ]);
  return {
    ...old,
    capacity: { ...settings.capacity },
    allocatable: Object.fromEntries(allocatable),
    conditions: nodeConditions(old.conditions ?? [], info, now, pressures, settings.verdict),
    addresses: old.addresses ?? [
      { type: 'InternalIP', address: addressOf(name) },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
    nodeInfo: nodeInfo(node, info),
    ...featuresOf(info),
    images: [...images]
      .sort((a, b) => b.sizeBytes - a.sizeBytes)
      .slice(0, most < 0 ? undefined : most)
      .map(({ image, sizeBytes }) => ({ names: [image], sizeBytes })),
  };
}

/** What a runtime does not tell stays as it was told last. Source: nodestatus/setters.go, NodeFeatures, RuntimeHandlers. */
const featuresOf = ({
  supplementalGroupsPolicy,
  handlers,
}: RuntimeInfo): Pick<NodeStatus, 'features' | 'runtimeHandlers'> => ({
  ...(supplementalGroupsPolicy === undefined ? {} : { features: { supplementalGroupsPolicy } }),
  ...(handlers === undefined ? {} : { runtimeHandlers: handlers.map(({ name, ...features }) => ({ name, features })) }),
});

function nodeInfo({ metadata, status }: Node, { name, version, machine }: RuntimeInfo): Record<string, string> {
  const id = createHash('sha256').update(metadata.uid).digest('hex');
  return {
    machineID: id.slice(0, 32),
    systemUUID: metadata.uid,
    bootID: metadata.uid,
    kernelVersion: machine?.kernelVersion ?? '6.1.0-flotilla',
    osImage: machine?.osImage ?? 'Flotilla virtual node',
    containerRuntimeVersion: `${name}://${version}`,
    kubeletVersion: KUBELET_VERSION,
    kubeProxyVersion: '',
    operatingSystem: status?.nodeInfo?.['operatingSystem'] || metadata.labels?.['kubernetes.io/os'] || 'linux',
    architecture: status?.nodeInfo?.['architecture'] || metadata.labels?.['kubernetes.io/arch'] || 'amd64',
  };
}

/** Written on a change, or when the last report is older than `reportMs`: heartbeat times alone are no change. */
export function mustReport(old: NodeStatus | undefined, status: NodeStatus, reportMs: number, now: number): boolean {
  const last = parseTime(old?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime);
  return last === undefined || now - last >= reportMs || !isDeepStrictEqual(withoutTimes(old), withoutTimes(status));
}

const withoutTimes = (status: NodeStatus | undefined): unknown => ({
  ...status,
  conditions: status?.conditions?.map(({ type, status: value, reason, message }) => [type, value, reason, message]),
});
