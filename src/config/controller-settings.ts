/** Those of kube-controller-manager and kube-scheduler, with their names and defaults. A part of the table in settings.ts. */
import { DEFAULT_PROFILE } from '../values/scheduler-profile.ts';
import { decimal, duration, integer } from './parsers.ts';
import { schedulerProfiles } from './scheduler-profiles.ts';
import { optional, setting } from './setting.ts';

export const CONTROLLER_SETTINGS = {
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
} as const;
