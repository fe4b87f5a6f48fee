/**
 * What a kubelet has where nobody says anything, of fields that change nothing here: its page shows them. Those that do
 * are KUBELET_DEFAULTS. Source: kubelet/apis/config/v1beta1/defaults.go, 1.34.
 */

import { duration } from './checks.ts';
import { ACTED_ON, WITHOUT_EFFECT } from './fields.ts';
import { formatGoDuration, parseGoDuration } from './go-duration.ts';

const SHOWN_DEFAULTS: Readonly<Record<string, unknown>> = {
  ...{ podLogsDir: '/var/log/pods', syncFrequency: '1m0s', fileCheckFrequency: '20s', httpCheckFrequency: '20s' },
  ...{ address: '0.0.0.0', healthzPort: 10_248, healthzBindAddress: '127.0.0.1' },
  authentication: { x509: {}, webhook: { enabled: true, cacheTTL: '2m0s' }, anonymous: { enabled: false } },
  authorization: { mode: 'Webhook', webhook: { cacheAuthorizedTTL: '5m0s', cacheUnauthorizedTTL: '30s' } },
  ...{ registryPullQPS: 5, registryBurst: 10, enableDebuggingHandlers: true, oomScoreAdj: -999 },
  ...{ streamingConnectionIdleTimeout: '4h0m0s', volumeStatsAggPeriod: '1m0s', runtimeRequestTimeout: '2m0s' },
  ...{ imageMinimumGCAge: '2m0s', imageMaximumGCAge: '0s' },
  ...{ imageGCHighThresholdPercent: 85, imageGCLowThresholdPercent: 80 },
  ...{ cgroupsPerQOS: true, cgroupDriver: 'cgroupfs', cpuManagerReconcilePeriod: '10s' },
  ...{ topologyManagerScope: 'container', hairpinMode: 'promiscuous-bridge', podPidsLimit: -1 },
  ...{ resolvConf: '/etc/resolv.conf', cpuCFSQuota: true, cpuCFSQuotaPeriod: '100ms', maxOpenFiles: 1_000_000 },
  ...{ contentType: 'application/vnd.kubernetes.protobuf', kubeAPIQPS: 50, kubeAPIBurst: 100 },
  ...{ enableControllerAttachDetach: true, makeIPTablesUtilChains: true, failSwapOn: true, memorySwap: {} },
  ...{ iptablesMasqueradeBit: 14, iptablesDropBit: 15 },
  ...{ containerLogMaxSize: '10Mi', containerLogMaxFiles: 5, containerLogMaxWorkers: 1 },
  ...{ containerLogMonitorInterval: '10s', configMapAndSecretChangeDetectionStrategy: 'Watch' },
  volumePluginDir: '/usr/libexec/kubernetes/kubelet-plugins/volume/exec/',
  logging: {
    ...{ format: 'text', flushFrequency: '5s', verbosity: 0 },
    options: { text: { infoBufferSize: '0' }, json: { infoBufferSize: '0' } },
  },
  ...{ enableSystemLogHandler: true, enableSystemLogQuery: false, enableProfilingHandler: true },
  ...{ enableDebugFlagsHandler: true, seccompDefault: false, memoryThrottlingFactor: 0.9 },
  ...{ shutdownGracePeriod: '0s', shutdownGracePeriodCriticalPods: '0s' },
  ...{ localStorageCapacityIsolation: true, failCgroupV1: false },
};

const DURATIONS: ReadonlySet<string> = new Set([
  ...Object.entries({ ...ACTED_ON, ...WITHOUT_EFFECT }).flatMap(([name, check]) => (check === duration ? [name] : [])),
  ...['cacheTTL', 'cacheAuthorizedTTL', 'cacheUnauthorizedTTL', 'maxContainerRestartPeriod', 'flushFrequency'],
]);

/** With all defaults, and durations as Go prints them: `1m` was given, `1m0s` is shown. */
export const shownConfiguration = (configuration: object): Readonly<Record<string, unknown>> =>
  withGoDurations({ ...SHOWN_DEFAULTS, ...configuration });

const withGoDurations = (fields: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shown(name, value)]));

function shown(name: string, value: unknown): unknown {
  if (typeof value === 'string' && DURATIONS.has(name)) {
    const ms = parseGoDuration(value);
    return ms === undefined ? value : formatGoDuration(ms);
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? withGoDurations(value) : value;
}
