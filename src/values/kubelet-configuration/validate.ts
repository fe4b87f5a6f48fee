/** What a KubeletConfiguration may say, in the kubelet's words. Pure. Source: kubelet/apis/config/validation. */
import { boundProblems } from './bounds.ts';
import type { KubeletConfiguration } from './configuration.ts';
import { featureGateProblems } from './feature-gates.ts';
import { parseGoDuration } from './go-duration.ts';
import { sysctlProblems } from './sysctls.ts';
import { thresholdProblems } from './thresholds.ts';

type Rule = (configuration: KubeletConfiguration) => readonly string[];

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

const positive =
  (name: keyof KubeletConfiguration): Rule =>
  (configuration) => {
    const text = configuration[name] as string | undefined;
    return text === undefined || (parseGoDuration(text) ?? 0) > 0
      ? []
      : [`invalid configuration: ${name} must be greater than 0`];
  };

const softThresholds: Rule = ({ evictionSoft = {}, evictionSoftGracePeriod = {} }) => [
  ...thresholdProblems(evictionSoft),
  ...Object.keys(evictionSoft)
    .filter((signal) => evictionSoftGracePeriod[signal] === undefined)
    .map((signal) => `grace period must be specified for the soft eviction threshold ${signal}`),
  ...Object.entries(evictionSoftGracePeriod)
    .filter(([, text]) => !((parseGoDuration(text) ?? -1) >= 0))
    .map(([signal, text]) => `invalid eviction grace period for signal ${signal}: ${JSON.stringify(text)}`),
];

const restartPeriod: Rule = ({ crashLoopBackOff }) => {
  const text = crashLoopBackOff?.maxContainerRestartPeriod;
  const ms = text === undefined ? 1_000 : (parseGoDuration(text) ?? 0);
  return ms >= 1_000 && ms <= 300_000
    ? []
    : [
        `invalid configuration: CrashLoopBackOff.MaxContainerRestartPeriod (got: ${ms / 1_000} seconds) must be set between 1s and 300s`,
      ];
};

const imageAges: Rule = ({ imageMinimumGCAge: min = '2m0s', imageMaximumGCAge: max = '0s' }) => {
  const [minMs, maxMs] = [parseGoDuration(min) ?? 0, parseGoDuration(max) ?? 0];
  return maxMs !== 0 && minMs > maxMs
    ? [`invalid configuration: imageMaximumGCAge ${max} must be greater than imageMinimumGCAge ${min}`]
    : [];
};

const imageThresholds: Rule = ({ imageGCHighThresholdPercent: high = 85, imageGCLowThresholdPercent: low = 80 }) => [
  ...(low < high
    ? []
    : [
        `invalid configuration: imageGCLowThresholdPercent (--image-gc-low-threshold) ${low} must be less than ` +
          `imageGCHighThresholdPercent (--image-gc-high-threshold) ${high}`,
      ]),
];

const periodProblems = (name: string, text: string): string[] => {
  const ms = parseGoDuration(text) ?? 0;
  return ms === 0 || ms >= 1_000
    ? []
    : [`invalid configuration: ${name} ${text} must be either zero or otherwise >= 1 sec`];
};

const shutdown: Rule = ({
  shutdownGracePeriod: all = '0s',
  shutdownGracePeriodCriticalPods: critical = '0s',
  shutdownGracePeriodByPodPriority: groups = [],
}) => {
  const [ms, criticalMs] = [parseGoDuration(all) ?? 0, parseGoDuration(critical) ?? 0];
  return [
    ...(criticalMs > ms
      ? [`invalid configuration: shutdownGracePeriodCriticalPods ${critical} must be <= shutdownGracePeriod ${all}`]
      : []),
    ...periodProblems('shutdownGracePeriod', all),
    ...periodProblems('shutdownGracePeriodCriticalPods', critical),
    ...(groups.length > 0 && (ms > 0 || criticalMs > 0)
      ? [
          'invalid configuration: Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time',
        ]
      : []),
  ];
};

const taints: Rule = ({ registerWithTaints = [] }) =>
  registerWithTaints.flatMap(({ key, effect }, index) => {
    const at = `registerWithTaints[${index}]`;
    return [
      ...(key ? [] : [`invalid taint: ${at}.key must be set`]),
      ...(EFFECTS.includes(effect) ? [] : [`invalid taint: ${at}.effect must be one of ${EFFECTS.join(', ')}`]),
    ];
  });

const RULES: readonly Rule[] = [
  positive('nodeStatusUpdateFrequency'),
  positive('nodeStatusReportFrequency'),
  ({ evictionMaxPodGracePeriod: seconds = 0 }) =>
    seconds >= -1 ? [] : [`invalid configuration: evictionMaxPodGracePeriod ${seconds} must not be less than -1`],
  (configuration) => boundProblems({ ...configuration }),
  ({ evictionHard }) => thresholdProblems(evictionHard),
  ({ allowedUnsafeSysctls }) => sysctlProblems(allowedUnsafeSysctls),
  ({ featureGates }) => featureGateProblems(featureGates),
  ...[softThresholds, restartPeriod, imageThresholds, imageAges, shutdown, taints],
];

export const semanticProblems: Rule = (configuration) => RULES.flatMap((rule) => rule(configuration));
