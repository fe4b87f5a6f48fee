/**
 * The table of settings: in the order of the documentation. The key is the path in the YAML file; names and defaults
 * are those of KubeletConfiguration and of kube-controller-manager's flags where these have the setting. `docs/configuration.md` and the options of `flotilla serve` are made from it.
 */
import { DEFAULT_PROFILE } from '../values/scheduler-profile.ts';
import type { Config, Role } from './config.ts';
import { FLAG_SETTINGS, nodeLabels } from './kubelet-flags.ts';
import {
  choice,
  decimal,
  duration,
  flag,
  integer,
  isPlainText,
  isUrlOf,
  list,
  matching,
  type Parser,
} from './parsers.ts';
import { runtimes } from './runtime-settings.ts';
import { schedulerProfiles } from './scheduler-profiles.ts';
import type { Setting } from './setting.ts';

const setting = <T>(
  env: string,
  parser: Parser<T>,
  fallback: NoInfer<T>,
  about: string,
  more: { readonly option?: string; readonly secret?: true } = {},
): Setting<T> => ({ env, parser, fallback, about, ...more });

/** Like `setting`, for values that may be absent. */
const optional = <T>(
  env: string,
  parser: Parser<T>,
  about: string,
  more: { readonly option?: string; readonly secret?: true } = {},
): Setting<T | undefined> => ({ env, parser, fallback: undefined, about, ...more });

const path = matching('a path', isPlainText);
const host = matching('an address or host name', (text) => /^[0-9A-Za-z.:_-]{1,253}$/.test(text));
const postgresUrl = matching(
  'a URL like postgres://user:password@host:5432/database',
  isUrlOf('postgres:', 'postgresql:'),
);
const redisUrl = matching('a URL like redis://host:6379 or rediss://host:6380', isUrlOf('redis:', 'rediss:'));
const origin = matching(
  'an origin like https://fleet.example.com',
  (text) => isUrlOf('http:', 'https:')(text) && new URL(text).origin === text,
);
const roles: readonly Role[] = ['api', 'worker', 'controller'];
const levels: readonly Config['log']['level'][] = ['debug', 'info', 'warn', 'error'];
const formats: readonly Config['log']['format'][] = ['pretty', 'json'];

export const SETTINGS = {
  roles: setting('FLOTILLA_ROLES', list(choice(...roles), 1), roles, 'What this process does.', {
    option: '--role <roles>',
  }),
  home: setting('FLOTILLA_HOME', path, '.flotilla', 'Folder of the data, certificates and kubeconfig.', {
    option: '--home <folder>',
  }),
  databaseUrl: optional('DATABASE_URL', postgresUrl, 'Use this PostgreSQL. Unset: the embedded one.', { secret: true }),
  redisUrl: optional('REDIS_URL', redisUrl, 'Run BullMQ on this Redis. Unset: on PostgreSQL.', { secret: true }),
  seedFleet: setting('FLOTILLA_SEED_FLEET', flag, true, 'Create the first fleet in an empty database.'),
  'api.host': setting('FLOTILLA_HOST', host, '127.0.0.1', 'Address to listen on.', { option: '--host <address>' }),
  'api.port': setting('FLOTILLA_PORT', integer(0, 65_535), 6443, 'Port to listen on; 0 takes a free one.', {
    option: '--port <number>',
  }),
  'api.tlsNames': setting('FLOTILLA_TLS_NAMES', list(host), [], 'More names for the serving certificate.'),
  'api.allowedOrigins': setting(
    'FLOTILLA_ALLOWED_ORIGINS',
    list(origin),
    [],
    'Origins browsers may use beside our own.',
  ),
  'api.bodyLimit': setting(
    'FLOTILLA_BODY_LIMIT',
    integer(1_024, 1_073_741_824),
    3_145_728,
    'Largest request body, bytes.',
  ),
  'api.requestTimeout': setting('FLOTILLA_REQUEST_TIMEOUT', duration(1_000), 60_000, 'Longest wait for a request.'),
  'api.streamSocketsPerUser': setting(
    'FLOTILLA_STREAM_SOCKETS_PER_USER',
    integer(1, 1_000_000),
    2_000,
    'Live streams a user may have in a process.',
  ),
  'api.streamSubscriptionsPerUser': setting(
    'FLOTILLA_STREAM_SUBSCRIPTIONS_PER_USER',
    integer(1, 10_000_000),
    10_000,
    'Subscriptions of live streams a user may have in a process.',
  ),
  'database.poolSize': setting(
    'FLOTILLA_DATABASE_POOL_SIZE',
    integer(2, 1_000),
    10,
    'Connections of the store, a process.',
  ),
  'database.embeddedPort': optional(
    'FLOTILLA_EMBEDDED_PORT',
    integer(1, 65_535),
    'Port of the embedded PostgreSQL. Unset: a free one.',
  ),
  shards: setting(
    'FLOTILLA_SHARDS',
    integer(1, 4_096),
    4,
    'Kubelet shards, about 2,000 nodes each; fixed at the first start.',
    {
      option: '--shards <number>',
    },
  ),
  'kubelet.configFile': optional(
    'FLOTILLA_KUBELET_CONFIG_FILE',
    path,
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
  'controllers.nodeMonitorPeriod': setting(
    'FLOTILLA_NODE_MONITOR_PERIOD',
    duration(100),
    5_000,
    'Between looks for silent nodes.',
  ),
  'controllers.nodeMonitorGracePeriod': setting(
    'FLOTILLA_NODE_MONITOR_GRACE_PERIOD',
    duration(100),
    50_000,
    'Silence after which a node is Unknown.',
  ),
  'controllers.podGcInterval': setting(
    'FLOTILLA_POD_GC_INTERVAL',
    duration(100),
    20_000,
    'Between runs of the pod garbage collector.',
  ),
  'controllers.podGcQuarantine': setting(
    'FLOTILLA_POD_GC_QUARANTINE',
    duration(0),
    40_000,
    'How long pods outlive their node.',
  ),
  'controllers.unreadyTolerationSeconds': setting(
    'FLOTILLA_UNREADY_TOLERATION_SECONDS',
    integer(0, 31_536_000),
    300,
    'How long pods that do not say tolerate a not-ready or unreachable node.',
  ),
  'controllers.defaultNotReadyTolerationSeconds': optional(
    'FLOTILLA_DEFAULT_NOT_READY_TOLERATION_SECONDS',
    integer(0, 31_536_000),
    'The same of a not-ready one alone. Unset: controllers.unreadyTolerationSeconds.',
  ),
  'controllers.defaultUnreachableTolerationSeconds': optional(
    'FLOTILLA_DEFAULT_UNREACHABLE_TOLERATION_SECONDS',
    integer(0, 31_536_000),
    'The same of an unreachable one alone. Unset: controllers.unreadyTolerationSeconds.',
  ),
  'controllers.nodeStartupGracePeriod': setting(
    'FLOTILLA_NODE_STARTUP_GRACE_PERIOD',
    duration(100),
    60_000,
    'The same for a node that has never reported.',
  ),
  'controllers.nodeEvictionRate': setting(
    'FLOTILLA_NODE_EVICTION_RATE',
    decimal(0, 10_000),
    0.1,
    'Nodes a second whose pods are evicted, in a zone that is healthy.',
  ),
  'controllers.secondaryNodeEvictionRate': setting(
    'FLOTILLA_SECONDARY_NODE_EVICTION_RATE',
    decimal(0, 10_000),
    0.01,
    'The same in a zone that is not; none in one of few nodes.',
  ),
  'controllers.unhealthyZoneThreshold': setting(
    'FLOTILLA_UNHEALTHY_ZONE_THRESHOLD',
    decimal(0, 1),
    0.55,
    'Share of not-ready nodes, at least 3, from which a zone is unhealthy.',
  ),
  'controllers.largeClusterSizeThreshold': setting(
    'FLOTILLA_LARGE_CLUSTER_SIZE_THRESHOLD',
    integer(0, 1_000_000_000),
    50,
    'A zone of so many nodes at most has few.',
  ),
  'controllers.terminatedPodGcThreshold': setting(
    'FLOTILLA_TERMINATED_POD_GC_THRESHOLD',
    integer(0, 1_000_000_000),
    12_500,
    'Finished pods that are kept; 0: all.',
  ),
  'scheduler.percentageOfNodesToScore': setting(
    'FLOTILLA_SCHEDULER_PERCENTAGE_OF_NODES_TO_SCORE',
    integer(0, 100),
    0,
    'Nodes that are enough to choose from, of all; 0: 50 % of a small fleet down to 5 % of a large one.',
  ),
  'scheduler.podInitialBackoff': setting(
    'FLOTILLA_SCHEDULER_POD_INITIAL_BACKOFF',
    duration(1),
    1_000,
    'Wait of a pod that could not be scheduled; it doubles.',
  ),
  'scheduler.podMaxBackoff': setting('FLOTILLA_SCHEDULER_POD_MAX_BACKOFF', duration(1), 10_000, 'Longest such wait.'),
  'scheduler.profiles': setting(
    'FLOTILLA_SCHEDULER_PROFILES',
    schedulerProfiles,
    [DEFAULT_PROFILE],
    'Profiles of the scheduler, see docs/scheduling.md.',
  ),
  runtimes: setting('FLOTILLA_RUNTIMES', runtimes, { simulated: { options: {} } }, 'Runtimes that may be used.', {
    secret: true,
  }),
  seed: setting(
    'FLOTILLA_SEED',
    integer(0, 4_294_967_295),
    1,
    'Seed of the simulation, so that a run can be repeated.',
  ),
  'log.level': setting('FLOTILLA_LOG_LEVEL', choice(...levels), 'warn', 'Least severe level that is logged.', {
    option: '--log-level <level>',
  }),
  'log.format': setting('FLOTILLA_LOG_FORMAT', choice(...formats), 'pretty', 'Lines for people, or JSON.', {
    option: '--log-format <format>',
  }),
  'retention.minutes': setting('FLOTILLA_RETENTION_MINUTES', integer(1, 525_600), 5, 'How long watches can resume.'),
  'retention.revisions': setting('FLOTILLA_RETENTION_REVISIONS', integer(1_000), 1_000_000, 'Revisions kept at most.'),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<N extends SettingName> = (typeof SETTINGS)[N]['fallback'];
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];
