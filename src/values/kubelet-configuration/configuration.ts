/**
 * kubelet-configuration/: KubeletConfiguration as its files, its API and its configz page write it: durations and
 * quantities are texts, absent is unset. Unknown fields are refused by name. Pure.
 */
import { checkFields } from './fields.ts';
import { semanticProblems } from './validate.ts';

export const KUBELET_CONFIG_API = 'kubelet.config.k8s.io/v1beta1';

export interface KubeletConfiguration {
  readonly nodeStatusUpdateFrequency?: string;
  readonly nodeStatusReportFrequency?: string;
  readonly nodeLeaseDurationSeconds?: number;
  readonly nodeStatusMaxImages?: number;
  readonly eventRecordQPS?: number;
  readonly eventBurst?: number;
  readonly maxPods?: number;
  readonly podsPerCore?: number;
  readonly kubeReserved?: Readonly<Record<string, string>>;
  readonly systemReserved?: Readonly<Record<string, string>>;
  readonly evictionHard?: Readonly<Record<string, string>>;
  readonly evictionSoft?: Readonly<Record<string, string>>;
  readonly evictionSoftGracePeriod?: Readonly<Record<string, string>>;
  readonly evictionMinimumReclaim?: Readonly<Record<string, string>>;
  readonly evictionPressureTransitionPeriod?: string;
  readonly evictionMaxPodGracePeriod?: number;
  readonly mergeDefaultEvictionSettings?: boolean;
  readonly registerNode?: boolean;
  readonly providerID?: string;
  readonly registerWithTaints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly crashLoopBackOff?: { readonly maxContainerRestartPeriod?: string };
  readonly imageGCHighThresholdPercent?: number;
  readonly imageGCLowThresholdPercent?: number;
  readonly imageMinimumGCAge?: string;
  readonly imageMaximumGCAge?: string;
  readonly clusterDNS?: readonly string[];
  readonly clusterDomain?: string;
  readonly allowedUnsafeSysctls?: readonly string[];
  readonly seccompDefault?: boolean;
  readonly podPidsLimit?: number;
  readonly containerLogMaxSize?: string;
  readonly containerLogMaxFiles?: number;
  readonly serializeImagePulls?: boolean;
  readonly maxParallelImagePulls?: number;
  readonly featureGates?: Readonly<Record<string, boolean>>;
  readonly staticPodPath?: string;
  readonly fileCheckFrequency?: string;
  readonly shutdownGracePeriod?: string;
  readonly shutdownGracePeriodCriticalPods?: string;
  readonly shutdownGracePeriodByPodPriority?: readonly {
    readonly priority?: number;
    readonly shutdownGracePeriodSeconds?: number;
  }[];
}

/** Source: kubelet/apis/config/v1beta1/defaults.go, kubelet/eviction/defaults_linux.go. */
const DEFAULT_EVICTION_HARD = {
  ...{ 'memory.available': '100Mi', 'nodefs.available': '10%', 'nodefs.inodesFree': '5%' },
  ...{ 'imagefs.available': '15%', 'imagefs.inodesFree': '5%' },
} as const;

/** With what a kubelet cannot do without. */
export type WholeConfiguration = KubeletConfiguration &
  Required<
    Pick<
      KubeletConfiguration,
      | 'nodeStatusUpdateFrequency'
      | 'nodeStatusReportFrequency'
      | 'nodeLeaseDurationSeconds'
      | 'nodeStatusMaxImages'
      | 'eventRecordQPS'
      | 'eventBurst'
      | 'evictionHard'
      | 'crashLoopBackOff'
    >
  >;

export const KUBELET_DEFAULTS: WholeConfiguration & Readonly<Record<string, unknown>> = {
  ...{ enableServer: true, port: 10_250, registerNode: true },
  ...{ nodeStatusUpdateFrequency: '10s', nodeStatusReportFrequency: '5m0s', nodeLeaseDurationSeconds: 40 },
  ...{ nodeStatusMaxImages: 50, podsPerCore: 0, eventRecordQPS: 50, eventBurst: 100 },
  evictionHard: DEFAULT_EVICTION_HARD,
  evictionPressureTransitionPeriod: '5m0s',
  ...{ cpuManagerPolicy: 'none', memoryManagerPolicy: 'None', topologyManagerPolicy: 'none' },
  ...{ serializeImagePulls: true, enforceNodeAllocatable: ['pods'] },
  crashLoopBackOff: { maxContainerRestartPeriod: '5m0s' },
};

export interface ReadConfiguration {
  readonly configuration: KubeletConfiguration;
  /** What is wrong with it; a configuration with problems must not be used. */
  readonly problems: readonly string[];
}

/** `raw`: what YAML or JSON gave. */
export function readKubeletConfiguration(raw: unknown): ReadConfiguration {
  const problems = checkFields(raw, '');
  if (problems.length > 0) {
    return { configuration: {}, problems };
  }
  const { apiVersion = KUBELET_CONFIG_API, kind = 'KubeletConfiguration', ...fields } = raw as Record<string, unknown>;
  if (apiVersion !== KUBELET_CONFIG_API || kind !== 'KubeletConfiguration') {
    const given = `${String(apiVersion)}, Kind=${String(kind)}`;
    return { configuration: {}, problems: [`${given} is no ${KUBELET_CONFIG_API}, Kind=KubeletConfiguration`] };
  }
  const configuration = withTexts(fields);
  return { configuration, problems: semanticProblems(configuration) };
}

/** Nulls set nothing; numbers that stand for quantities become texts. */
export function withTexts(fields: Readonly<Record<string, unknown>>): KubeletConfiguration {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => [
      name,
      name === 'kubeReserved' || name === 'systemReserved'
        ? Object.fromEntries(Object.entries(value as object).map(([resource, text]) => [resource, String(text)]))
        : value,
    ]),
  );
}

/** Who sets how many are pulled together need not say that it is more than one. Source: v1beta1/defaults.go. */
const pullsOf = ({ serializeImagePulls, maxParallelImagePulls = 1 }: KubeletConfiguration) =>
  serializeImagePulls === undefined && maxParallelImagePulls > 1 ? { serializeImagePulls: false } : {};

/** What is set above comes before what is below; hard thresholds replace the default ones unless they are to be merged. */
export function overlay(below: WholeConfiguration, above: KubeletConfiguration): WholeConfiguration {
  const merges = above.mergeDefaultEvictionSettings === true;
  return {
    ...below,
    ...above,
    ...pullsOf(above),
    ...(above.evictionHard !== undefined && merges
      ? { evictionHard: { ...DEFAULT_EVICTION_HARD, ...above.evictionHard } }
      : {}),
  };
}
