import { expect, it } from 'vitest';
import { KUBELET_DEFAULTS, readKubeletConfiguration } from './configuration.ts';
import { shownConfiguration } from './defaults.ts';

it('shows what a kubelet would have, and durations as Go prints them', () => {
  const given = { imageMaximumGCAge: '90m', syncFrequency: '1500ms', imageGCHighThresholdPercent: 90 };
  const more = {
    authentication: { webhook: { cacheTTL: '60s' } },
    evictionSoftGracePeriod: { 'memory.available': '1m' },
  };
  expect(shownConfiguration({ ...KUBELET_DEFAULTS, ...given, ...more })).toMatchObject({
    ...{ imageMaximumGCAge: '1h30m0s', syncFrequency: '1.5s', imageGCHighThresholdPercent: 90 },
    ...{ imageGCLowThresholdPercent: 80, cpuCFSQuotaPeriod: '100ms', shutdownGracePeriod: '0s' },
    ...{ authentication: { webhook: { cacheTTL: '1m0s' } }, evictionSoftGracePeriod: { 'memory.available': '1m' } },
  });
});

it('shows nothing that could not be given', () => {
  expect(readKubeletConfiguration(shownConfiguration(KUBELET_DEFAULTS)).problems).toEqual([]);
});
