/** What single fields of a KubeletConfiguration may hold, in the kubelet's words. Pure. Source: config/validation/validation.go. */
import { parseQuantity } from '../quantity.ts';
import { parseGoDuration } from './go-duration.ts';

type Fields = Readonly<Record<string, unknown>>;
type Bound = (fields: Fields) => readonly string[];

const wrong = (words: string): readonly string[] => [`invalid configuration: ${words}`];
const quote = (text: unknown): string => JSON.stringify(text);

/** Of a number that is given. */
const number =
  (field: string, isRight: (value: number) => boolean, words: (value: number) => string): Bound =>
  (fields) => {
    const value = fields[field] as number | undefined;
    return value === undefined || isRight(value) ? [] : wrong(words(value));
  };

const notNegative = (field: string, flag: string): Bound =>
  number(
    field,
    (value) => value >= 0,
    (value) => `${field} (--${flag}) ${value} must not be a negative number`,
  );

const range = (field: string, flag: string, min: number, max: number, whole = min): Bound =>
  number(
    field,
    (value) => (value >= min && value <= max) || (whole < min && value === whole),
    (value) => `${field} (--${flag}) ${value} must be between ${min} and ${max}, inclusive`,
  );

const choice =
  (field: string, options: readonly string[], words: (value: string) => string): Bound =>
  (fields) => {
    const value = fields[field] as string | undefined;
    return value === undefined || options.includes(value) ? [] : wrong(words(value));
  };

const duration =
  (field: string, isRight: (ms: number) => boolean, words: string): Bound =>
  (fields) => {
    const text = fields[field] as string | undefined;
    return text === undefined || isRight(parseGoDuration(text) ?? Number.NaN) ? [] : wrong(words.replace('%v', text));
  };

const TOPOLOGY = ['none', 'best-effort', 'restricted', 'single-numa-node'];
const CREDENTIALS = ['NeverVerify', 'NeverVerifyPreloadedImages', 'NeverVerifyAllowlistedImages', 'AlwaysVerify'];
const ENFORCED = [
  ...['pods', 'system-reserved', 'system-reserved-compressible', 'kube-reserved', 'kube-reserved-compressible'],
  'none',
];
const listed = (options: readonly string[]): string =>
  `${options.slice(0, -1).map(quote).join(', ')} or ${quote(options.at(-1))}`;

const enforcements: Bound = ({ enforceNodeAllocatable = [] }) => {
  const options = enforceNodeAllocatable as readonly string[];
  const flag = 'enforceNodeAllocatable (--enforce-node-allocatable)';
  const unknown = options.filter((option) => !ENFORCED.includes(option));
  const isAlone = !options.includes('none') || options.length === 1;
  return [
    ...unknown.flatMap((option) =>
      wrong(`option ${quote(option)} specified for ${flag}. Valid options are ${listed(ENFORCED)}`),
    ),
    ...(isAlone ? [] : wrong(`${flag} may not contain additional enforcements when "none" is specified`)),
  ];
};

const swap: Bound = ({ memorySwap }) => {
  const { swapBehavior = '' } = (memorySwap ?? {}) as { readonly swapBehavior?: string };
  return ['', 'LimitedSwap', 'NoSwap'].includes(swapBehavior)
    ? []
    : wrong(`memorySwap.swapBehavior ${quote(swapBehavior)} must be one of: "", "LimitedSwap" or "NoSwap"`);
};

const systemCgroups: Bound = ({ systemCgroups: system = '', cgroupRoot = '' }) =>
  system !== '' && cgroupRoot === ''
    ? wrong('systemCgroups (--system-cgroups) was specified and cgroupRoot (--cgroup-root) was not specified')
    : [];

const parallelPulls: Bound = ({ serializeImagePulls, maxParallelImagePulls: most }) =>
  serializeImagePulls === true && typeof most === 'number' && most > 1
    ? wrong(
        'maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) is set to false',
      )
    : [];

const logSize: Bound = ({ containerLogMaxSize: size }) =>
  typeof size !== 'string' || parseQuantity(size) !== undefined
    ? []
    : [`failed to parse container log max size ${quote(size)}: quantities must match the regular expression`];

const logsDirectory: Bound = ({ podLogsDir: path }) =>
  typeof path !== 'string' || path.startsWith('/')
    ? []
    : wrong(path === '' ? 'podLogsDir was not specified' : `pod logs path ${quote(path)} must be absolute path`);

const BOUNDS: readonly Bound[] = [
  notNegative('eventRecordQPS', 'event-qps'),
  notNegative('eventBurst', 'event-burst'),
  notNegative('kubeAPIQPS', 'kube-api-qps'),
  notNegative('kubeAPIBurst', 'kube-api-burst'),
  notNegative('registryPullQPS', 'registry-qps'),
  notNegative('registryBurst', 'registry-burst'),
  notNegative('maxOpenFiles', 'max-open-files'),
  notNegative('maxPods', 'max-pods'),
  notNegative('podsPerCore', 'pods-per-core'),
  range('imageGCHighThresholdPercent', 'image-gc-high-threshold', 0, 100),
  range('imageGCLowThresholdPercent', 'image-gc-low-threshold', 0, 100),
  range('healthzPort', 'healthz-port', 1, 65_535, 0),
  range('port', 'port', 1, 65_535),
  range('oomScoreAdj', 'oom-score-adj', -1_000, 1_000),
  range('iptablesDropBit', 'iptables-drop-bit', 0, 31),
  range('iptablesMasqueradeBit', 'iptables-masquerade-bit', 0, 31),
  range('readOnlyPort', 'read-only-port', 0, 65_535),
  number(
    'nodeStatusMaxImages',
    (value) => value >= -1,
    (value) => `nodeStatusMaxImages (--node-status-max-images) ${value} must be -1 or greater`,
  ),
  number(
    'nodeLeaseDurationSeconds',
    (value) => value > 0,
    () => 'nodeLeaseDurationSeconds must be greater than 0',
  ),
  number(
    'maxParallelImagePulls',
    (value) => value >= 1,
    (value) => `maxParallelImagePulls ${value} must be a positive number`,
  ),
  number(
    'containerLogMaxFiles',
    (value) => value > 1,
    () => 'containerLogMaxFiles must be greater than 1',
  ),
  number(
    'containerLogMaxWorkers',
    (value) => value >= 1,
    () => 'containerLogMaxWorkers must be greater than or equal to 1',
  ),
  number(
    'memoryThrottlingFactor',
    (value) => value > 0 && value <= 1,
    (value) => `memoryThrottlingFactor ${value} must be greater than 0 and less than or equal to 1.0`,
  ),
  duration(
    'containerLogMonitorInterval',
    (ms) => ms >= 3_000,
    'containerLogMonitorInterval must be a positive time duration greater than or equal to 3s',
  ),
  duration(
    'cpuCFSQuotaPeriod',
    (ms) => ms >= 1 && ms <= 1_000,
    'cpuCFSQuotaPeriod (--cpu-cfs-quota-period) %v must be between 1ms and 1sec, inclusive',
  ),
  duration('imageMinimumGCAge', (ms) => ms >= 0, 'imageMinimumGCAge %v must not be negative'),
  duration('imageMaximumGCAge', (ms) => ms >= 0, 'imageMaximumGCAge %v must not be negative'),
  choice(
    'topologyManagerPolicy',
    TOPOLOGY,
    (value) =>
      `topologyManagerPolicy (--topology-manager-policy) ${quote(value)} must be one of: [${TOPOLOGY.map(quote).join(' ')}]`,
  ),
  choice(
    'topologyManagerScope',
    ['container', 'pod'],
    (value) => `topologyManagerScope (--topology-manager-scope) ${quote(value)} must be one of: "container", or "pod"`,
  ),
  choice(
    'hairpinMode',
    ['none', 'hairpin-veth', 'promiscuous-bridge'],
    (value) =>
      `option ${quote(value)} specified for hairpinMode (--hairpin-mode). Valid options are "none", "hairpin-veth" or "promiscuous-bridge"`,
  ),
  choice(
    'imagePullCredentialsVerificationPolicy',
    CREDENTIALS,
    (value) =>
      `option ${quote(value)} specified for imagePullCredentialsVerificationPolicy. Valid options are ${listed(CREDENTIALS)}`,
  ),
  choice(
    'cgroupDriver',
    ['cgroupfs', 'systemd'],
    (value) => `cgroupDriver (--cgroup-driver) ${quote(value)} must be one of: "cgroupfs", or "systemd"`,
  ),
  choice(
    'cpuManagerPolicy',
    ['none', 'static'],
    (value) => `unknown policy: ${quote(value)} for cpuManagerPolicy (--cpu-manager-policy)`,
  ),
  choice(
    'memoryManagerPolicy',
    ['None', 'Static', 'BestEffort'],
    (value) => `unknown policy: ${quote(value)} for memoryManagerPolicy (--memory-manager-policy)`,
  ),
  ...[enforcements, swap, systemCgroups, parallelPulls, logSize, logsDirectory],
];

export const boundProblems: Bound = (fields) => BOUNDS.flatMap((bound) => bound(fields));
