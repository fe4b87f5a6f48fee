import { describe, expect, it } from 'vitest';
import { KUBELET_DEFAULTS, type KubeletConfiguration, overlay, readKubeletConfiguration } from './configuration.ts';

const problems = (raw: unknown): readonly string[] => readKubeletConfiguration(raw).problems;

describe('readKubeletConfiguration', () => {
  it.each<[KubeletConfiguration | object, string]>([
    [{ nodeStatusUpdateFrequency: '0s' }, 'invalid configuration: nodeStatusUpdateFrequency must be greater than 0'],
    [{ nodeLeaseDurationSeconds: 0 }, 'invalid configuration: nodeLeaseDurationSeconds must be greater than 0'],
    [{ maxPods: -1 }, 'invalid configuration: maxPods (--max-pods) -1 must not be a negative number'],
    [{ evictionHard: { 'cpu.available': '1' } }, 'unsupported eviction signal cpu.available'],
    [
      { evictionHard: { 'nodefs.available': '101%' } },
      'eviction percentage threshold nodefs.available must be <= 100%: 101%',
    ],
    [{ evictionHard: { 'memory.available': '-1' } }, 'eviction threshold memory.available must be positive: -1'],
    [{ evictionHard: { 'memory.available': 'much' } }, 'eviction threshold memory.available must be positive: much'],
    [
      { evictionSoft: { 'memory.available': '1Gi' } },
      'grace period must be specified for the soft eviction threshold memory.available',
    ],
    [
      { crashLoopBackOff: { maxContainerRestartPeriod: '10m' } },
      'invalid configuration: CrashLoopBackOff.MaxContainerRestartPeriod (got: 600 seconds) must be set between 1s and 300s',
    ],
    [
      { imageGCHighThresholdPercent: 70 },
      'invalid configuration: imageGCLowThresholdPercent (--image-gc-low-threshold) 80 must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) 70',
    ],
    [
      { registerWithTaints: [{ key: 'a', effect: 'Never' }] },
      'invalid taint: registerWithTaints[0].effect must be one of NoSchedule, PreferNoSchedule, NoExecute',
    ],
    [{ containerLogMaxFiles: 1 }, 'invalid configuration: containerLogMaxFiles must be greater than 1'],
    [
      { cgroupDriver: 'docker' },
      'invalid configuration: cgroupDriver (--cgroup-driver) "docker" must be one of: "cgroupfs", or "systemd"',
    ],
    [
      { topologyManagerPolicy: 'all' },
      'invalid configuration: topologyManagerPolicy (--topology-manager-policy) "all" must be one of: ["none" "best-effort" "restricted" "single-numa-node"]',
    ],
    [
      { enforceNodeAllocatable: ['pods', 'all'] },
      'invalid configuration: option "all" specified for enforceNodeAllocatable (--enforce-node-allocatable). Valid options are "pods", "system-reserved", "system-reserved-compressible", "kube-reserved", "kube-reserved-compressible" or "none"',
    ],
    [
      { serializeImagePulls: true, maxParallelImagePulls: 2 },
      'invalid configuration: maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) is set to false',
    ],
    [{ port: 0 }, 'invalid configuration: port (--port) 0 must be between 1 and 65535, inclusive'],
    [
      { cpuCFSQuotaPeriod: '2s' },
      'invalid configuration: cpuCFSQuotaPeriod (--cpu-cfs-quota-period) 2s must be between 1ms and 1sec, inclusive',
    ],
    [
      { oomScoreAdj: 2_000 },
      'invalid configuration: oomScoreAdj (--oom-score-adj) 2000 must be between -1000 and 1000, inclusive',
    ],
    [
      { memorySwap: { swapBehavior: 'All' } },
      'invalid configuration: memorySwap.swapBehavior "All" must be one of: "", "LimitedSwap" or "NoSwap"',
    ],
    [{ featureGates: { Sidecars: true } }, 'unrecognized feature gate: Sidecars'],
    [
      { featureGates: { SidecarContainers: false } },
      'cannot set feature gate SidecarContainers to false, feature is locked to true',
    ],
    [
      { featureGates: { AllowServiceLBStatusOnNonLB: true } },
      'cannot set feature gate AllowServiceLBStatusOnNonLB to true, feature is locked to false',
    ],
    [{ featureGates: { WatchList: 'yes' } }, 'featureGates[WatchList] must be true or false'],
    [{ kubeReserved: { cpu: 'x' } }, 'kubeReserved[cpu] must be a quantity like 500m or 1Gi'],
    [{ clusterDNS: '10.0.0.1' }, 'clusterDNS must be a list'],
    [{ authentication: { x509: { caFile: '' } } }, 'unknown field "authentication.x509.caFile"'],
    [{ constructor: 1 }, 'unknown field "constructor"'],
  ])('refuses %j', (raw, message) => {
    expect(problems(raw)).toEqual([message]);
  });

  it('takes feature gates of 1.34, of all components, as they may be set', () => {
    const open = { AllAlpha: true, AllBeta: false, InPlacePodVerticalScaling: false, WatchListClient: true };
    expect(problems({ featureGates: { ...open, SidecarContainers: true, ContextualLogging: false } })).toEqual([]);
  });

  it('takes what ends a bound', () => {
    const ends = { port: 65_535, healthzPort: 0, readOnlyPort: 0, oomScoreAdj: -1_000, containerLogMaxFiles: 2 };
    expect(problems({ ...ends, cgroupDriver: 'systemd', nodeStatusMaxImages: -1, cpuCFSQuotaPeriod: '1s' })).toEqual(
      [],
    );
  });

  it('takes what it knows and does nothing about, and nulls as unset', () => {
    expect(readKubeletConfiguration({ clusterDNS: ['10.0.0.1'], maxPods: null, tracing: { endpoint: 'x' } })).toEqual({
      ...{ configuration: { clusterDNS: ['10.0.0.1'], tracing: { endpoint: 'x' } }, problems: [] },
    });
  });
});

it('hard thresholds replace the default ones unless they are to be merged', () => {
  const evictionHard = { 'memory.available': '1Gi' };
  expect(overlay(KUBELET_DEFAULTS, { evictionHard }).evictionHard).toEqual(evictionHard);
  expect(overlay(KUBELET_DEFAULTS, { evictionHard, mergeDefaultEvictionSettings: true }).evictionHard).toMatchObject({
    ...{ 'memory.available': '1Gi', 'nodefs.available': '10%' },
  });
});
