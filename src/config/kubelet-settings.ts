/** Those of the kubelets of all nodes: Flotilla's own, and the kubelet's flags. A part of the table in settings.ts. */
import { FLAG_SETTINGS, nodeLabels } from './kubelet-flags.ts';
import { duration, integer, PATH } from './parsers.ts';
import { optional, setting } from './setting.ts';

export const KUBELET_SETTINGS = {
  'kubelet.configFile': optional(
    'FLOTILLA_KUBELET_CONFIG_FILE',
    PATH,
    'A KubeletConfiguration for every node, see docs/kubelet-configuration.md.',
    { option: '--kubelet-config <file>' },
  ),
  'kubelet.nodeLeaseDurationSeconds': setting(
    'FLOTILLA_KUBELET_NODE_LEASE_DURATION_SECONDS',
    integer(1, 86_400),
    40,
    'Life of a node lease.',
  ),
  'kubelet.renewInterval': setting(
    'FLOTILLA_KUBELET_RENEW_INTERVAL',
    duration(100),
    10_000,
    'Between renewals of a node lease.',
  ),
  'kubelet.nodeStatusUpdateFrequency': setting(
    'FLOTILLA_KUBELET_NODE_STATUS_UPDATE_FREQUENCY',
    duration(100),
    10_000,
    'Between looks at the status of a node.',
    { option: '--node-status-update-frequency <duration>' },
  ),
  'kubelet.nodeStatusReportFrequency': setting(
    'FLOTILLA_KUBELET_NODE_STATUS_REPORT_FREQUENCY',
    duration(100),
    300_000,
    'Longest time without a written node status.',
  ),
  'kubelet.maximumDeadContainersPerContainer': setting(
    'FLOTILLA_KUBELET_MAXIMUM_DEAD_CONTAINERS_PER_CONTAINER',
    integer(0, 1_000),
    1,
    'Ended runs of each container that a runtime keeps, for their logs, beside the latest.',
    { option: '--maximum-dead-containers-per-container <number>' },
  ),
  'kubelet.maximumDeadContainers': optional(
    'FLOTILLA_KUBELET_MAXIMUM_DEAD_CONTAINERS',
    integer(0, 1_000_000),
    'All of them on a node, beside the latest ones. Unset: any number.',
    { option: '--maximum-dead-containers <number>' },
  ),
  'kubelet.minimumContainerTtlDuration': setting(
    'FLOTILLA_KUBELET_MINIMUM_CONTAINER_TTL_DURATION',
    duration(0),
    0,
    'How long one is kept at least.',
    { option: '--minimum-container-ttl-duration <duration>' },
  ),
  ...FLAG_SETTINGS,
  'kubelet.nodeLabels': optional(
    'FLOTILLA_KUBELET_NODE_LABELS',
    nodeLabels,
    'Labels of a node that registers, where it has none of the key.',
    { option: '--node-labels <pairs>' },
  ),
  'kubelet.syncConcurrency': setting(
    'FLOTILLA_KUBELET_SYNC_CONCURRENCY',
    integer(1, 10_000),
    32,
    'Pods and nodes a shard works on at a time.',
  ),
} as const;
