/**
 * The fields of kubelet.config.k8s.io/v1beta1 KubeletConfiguration, 1.34: those that a kubelet here acts on, and those
 * that it takes and does nothing about. Source: staging/src/k8s.io/kubelet/config/v1beta1/types.go.
 */
import {
  anything,
  type Check,
  duration,
  flag,
  float,
  int,
  listOf,
  long,
  mapOf,
  quantity,
  record,
  text,
} from './checks.ts';

const all = (check: Check, ...names: readonly string[]): Record<string, Check> =>
  Object.fromEntries(names.map((name) => [name, check]));

const taint = record(all(text, 'key', 'value', 'effect', 'timeAdded'));

/** docs/kubelet-configuration.md says what each does. */
export const ACTED_ON: Readonly<Record<string, Check>> = {
  ...all(duration, 'nodeStatusUpdateFrequency', 'nodeStatusReportFrequency'),
  ...all(int, 'nodeLeaseDurationSeconds', 'nodeStatusMaxImages', 'maxPods', 'podsPerCore'),
  ...all(int, 'eventRecordQPS', 'eventBurst'),
  ...all(mapOf(quantity), 'kubeReserved', 'systemReserved'),
  ...all(mapOf(text), 'evictionHard', 'evictionSoft', 'evictionSoftGracePeriod', 'evictionMinimumReclaim'),
  evictionPressureTransitionPeriod: duration,
  evictionMaxPodGracePeriod: int,
  ...all(text, 'clusterDomain', 'staticPodPath', 'providerID'),
  fileCheckFrequency: duration,
  ...all(int, 'imageGCHighThresholdPercent', 'imageGCLowThresholdPercent'),
  ...all(duration, 'imageMinimumGCAge', 'imageMaximumGCAge'),
  ...all(listOf(text), 'clusterDNS', 'allowedUnsafeSysctls'),
  ...all(flag, 'mergeDefaultEvictionSettings', 'registerNode', 'seccompDefault', 'serializeImagePulls'),
  ...all(int, 'maxParallelImagePulls', 'containerLogMaxFiles'),
  containerLogMaxSize: text,
  podPidsLimit: long,
  registerWithTaints: listOf(taint),
  crashLoopBackOff: record({ maxContainerRestartPeriod: duration }),
  ...all(duration, 'shutdownGracePeriod', 'shutdownGracePeriodCriticalPods'),
  shutdownGracePeriodByPodPriority: listOf(record(all(long, 'priority', 'shutdownGracePeriodSeconds'))),
};

export const WITHOUT_EFFECT: Readonly<Record<string, Check>> = {
  ...all(flag, 'enableServer', 'rotateCertificates', 'serverTLSBootstrap', 'enableDebuggingHandlers'),
  ...all(flag, 'enableContentionProfiling', 'cgroupsPerQOS', 'singleProcessOOMKill', 'runOnce', 'cpuCFSQuota'),
  ...all(flag, 'enableControllerAttachDetach', 'protectKernelDefaults', 'failSwapOn'),
  ...all(flag, 'makeIPTablesUtilChains', 'kernelMemcgNotification', 'enableSystemLogHandler', 'enableSystemLogQuery'),
  ...all(flag, 'enableProfilingHandler', 'enableDebugFlagsHandler', 'failCgroupV1'),
  ...all(flag, 'localStorageCapacityIsolation'),
  ...all(text, 'podLogsDir', 'staticPodURL', 'address', 'tlsCertFile', 'tlsPrivateKeyFile'),
  ...all(text, 'tlsMinVersion', 'imagePullCredentialsVerificationPolicy', 'healthzBindAddress'),
  ...all(text, 'kubeletCgroups', 'systemCgroups', 'cgroupRoot', 'cgroupDriver', 'cpuManagerPolicy', 'podCIDR'),
  ...all(text, 'memoryManagerPolicy', 'topologyManagerPolicy', 'topologyManagerScope', 'hairpinMode', 'resolvConf'),
  ...all(text, 'contentType', 'configMapAndSecretChangeDetectionStrategy'),
  ...all(text, 'reservedSystemCPUs', 'showHiddenMetricsForVersion', 'systemReservedCgroup', 'kubeReservedCgroup'),
  ...all(text, 'volumePluginDir', 'containerRuntimeEndpoint', 'imageServiceEndpoint'),
  ...all(int, 'port', 'readOnlyPort', 'registryPullQPS', 'registryBurst'),
  ...all(int, 'healthzPort', 'oomScoreAdj'),
  ...all(int, 'kubeAPIQPS', 'kubeAPIBurst', 'iptablesMasqueradeBit', 'iptablesDropBit'),
  containerLogMaxWorkers: int,
  maxOpenFiles: long,
  memoryThrottlingFactor: float,
  ...all(duration, 'syncFrequency', 'httpCheckFrequency', 'streamingConnectionIdleTimeout'),
  ...all(duration, 'volumeStatsAggPeriod', 'cpuManagerReconcilePeriod'),
  ...all(duration, 'runtimeRequestTimeout', 'cpuCFSQuotaPeriod', 'containerLogMonitorInterval'),
  ...all(listOf(text), 'tlsCipherSuites', 'preloadedImagesVerificationAllowlist'),
  enforceNodeAllocatable: listOf(text),
  ...all(mapOf(text), 'cpuManagerPolicyOptions', 'topologyManagerPolicyOptions', 'qosReserved'),
  staticPodURLHeader: mapOf(listOf(text)),
  featureGates: mapOf(flag),
  authentication: record({
    x509: record(all(text, 'clientCAFile')),
    webhook: record({ enabled: flag, cacheTTL: duration }),
    anonymous: record({ enabled: flag }),
  }),
  authorization: record({ mode: text, webhook: record(all(duration, 'cacheAuthorizedTTL', 'cacheUnauthorizedTTL')) }),
  memorySwap: record({ swapBehavior: text }),
  userNamespaces: record({ idsPerPod: long }),
  reservedMemory: listOf(record({ numaNode: int, limits: mapOf(quantity) })),
  ...all(anything, 'logging', 'tracing'),
};

export const checkFields = record({ ...all(text, 'apiVersion', 'kind'), ...ACTED_ON, ...WITHOUT_EFFECT });
