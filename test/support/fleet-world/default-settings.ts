import type { ControllerSettings } from '../../../src/controllers/controller.ts';
import { DEFAULT_PROFILE } from '../../../src/values/scheduler-profile.ts';

/** Kubernetes' own. */
export const DEFAULT_SETTINGS: Omit<ControllerSettings, 'seed'> = {
  nodeMonitorPeriodMs: 5_000,
  nodeMonitorGracePeriodMs: 50_000,
  podGcIntervalMs: 20_000,
  podGcQuarantineMs: 40_000,
  nodeStartupGracePeriodMs: 60_000,
  ...{ nodeEvictionRate: 0.1, secondaryNodeEvictionRate: 0.01, unhealthyZoneThreshold: 0.55 },
  ...{ largeClusterSizeThreshold: 50, terminatedPodGcThreshold: 12_500 },
  scheduler: {
    ...{ percentageOfNodesToScore: 0, podInitialBackoffMs: 1_000, podMaxBackoffMs: 10_000 },
    profiles: [DEFAULT_PROFILE],
  },
};
