/**
 * The kubelet's own flags, under their names there: fields of a KubeletConfiguration that a fleet is given beside its
 * file. Source: cmd/kubelet/app/options/options.go.
 */
import { ACTED_ON } from '../values/kubelet-configuration/fields.ts';
import { nodeLabelProblems } from '../values/kubelet-configuration/node-labels.ts';
import { isPlainText, type Parser } from './parsers.ts';
import type { Setting } from './setting.ts';
import { isRecord } from './shapes.ts';

/** From the text of a flag, or from a value of our own file, to what the field holds; undefined: neither. */
type Read = (raw: unknown) => unknown;

interface Form {
  readonly argument: string;
  readonly allowed: string;
  readonly read: Read;
}

const trimmed = (raw: unknown): string | undefined =>
  typeof raw === 'string' && (raw === '' || isPlainText(raw)) ? raw.trim() : undefined;

const number: Form = {
  ...{ argument: '<number>', allowed: 'a whole number' },
  read: (raw) => (typeof raw === 'string' ? (/^-?\d{1,10}$/.test(raw.trim()) ? Number(raw) : undefined) : raw),
};
const duration: Form = { argument: '<duration>', allowed: 'a duration like 10s or 1m30s', read: trimmed };
const word = (argument: string, allowed: string): Form => ({
  argument,
  allowed,
  read: (raw) => trimmed(raw) || undefined,
});
const flag: Form = {
  ...{ argument: '<boolean>', allowed: 'true or false' },
  read: (raw) => (raw === 'true' ? true : raw === 'false' ? false : raw),
};

const split = (raw: unknown): readonly string[] | undefined =>
  trimmed(raw)
    ?.split(',')
    .filter((part) => part !== '');

const words = (allowed: string): Form => ({
  ...{ argument: '<list>', allowed },
  read: (raw) => (Array.isArray(raw) ? raw : split(raw)),
});

/** Nothing is no pair, and takes all away: `--eviction-hard=` sets no threshold. */
const readPairs =
  (separator: '=' | '<'): Read =>
  (raw) => {
    if (isRecord(raw)) {
      return raw;
    }
    const pairs = split(raw)?.map((pair) => {
      const at = pair.indexOf(separator);
      return at <= 0 ? undefined : ([pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const);
    });
    return pairs === undefined || pairs.includes(undefined)
      ? undefined
      : Object.fromEntries(pairs as [string, string][]);
  };

const pairs = (separator: '=' | '<', allowed: string): Form => ({
  ...{ argument: '<pairs>', allowed: `${allowed}, or a map` },
  read: readPairs(separator),
});

/** `key=value:effect` or `key:effect`. */
function readTaint(text: string): object {
  const [head = '', effect] = text.split(':');
  const [key = '', value] = head.split('=');
  // Whatever is missing, the field's own rules name.
  return { key, effect, ...(value === undefined ? {} : { value }) };
}

const taints: Form = {
  ...{ argument: '<taints>', allowed: 'taints like key=value:NoSchedule separated by commas, or a list of them' },
  read: (raw) => (Array.isArray(raw) ? raw : split(raw)?.map(readTaint)),
};

const quantities = pairs('=', 'pairs like cpu=500m,memory=1Gi');
const thresholds = pairs('<', 'thresholds like memory.available<500Mi,nodefs.available<10%');

const FORMS = {
  maxPods: ['--max-pods', number, 'Pods that a node takes.'],
  podsPerCore: ['--pods-per-core', number, 'The same, for each of its cores.'],
  kubeReserved: ['--kube-reserved', quantities, 'Kept from pods for the kubelet.'],
  systemReserved: ['--system-reserved', quantities, 'Kept from pods for the system.'],
  evictionHard: ['--eviction-hard', thresholds, 'Below them pods are evicted.'],
  evictionSoft: ['--eviction-soft', thresholds, 'Below them for a while pods are evicted.'],
  evictionSoftGracePeriod: [
    '--eviction-soft-grace-period',
    pairs('=', 'pairs like memory.available=1m30s'),
    'For how long.',
  ],
  evictionMaxPodGracePeriod: ['--eviction-max-pod-grace-period', number, 'Seconds that an evicted pod then has.'],
  evictionMinimumReclaim: [
    '--eviction-minimum-reclaim',
    pairs('=', 'pairs like nodefs.available=500Mi'),
    'What has to be free above a threshold before it counts as met no more.',
  ],
  evictionPressureTransitionPeriod: [
    '--eviction-pressure-transition-period',
    duration,
    'How long a condition of pressure stands.',
  ],
  registerNode: ['--register-node', flag, 'Label and taint nodes as they register.'],
  registerWithTaints: ['--register-with-taints', taints, 'Taints of a node that registers.'],
  providerID: [
    '--provider-id',
    word('<id>', 'a text; $(NODE_NAME) is the name of the node'),
    'Of a node that registers.',
  ],
  nodeStatusMaxImages: ['--node-status-max-images', number, 'Images in the status of a node; -1: all.'],
  eventRecordQPS: ['--event-qps', number, 'Events of a node a second; 0: any number.'],
  eventBurst: ['--event-burst', number, 'Events of a node at once.'],
  imageGCHighThresholdPercent: ['--image-gc-high-threshold', number, 'Used so much of a disk, images are removed.'],
  imageGCLowThresholdPercent: ['--image-gc-low-threshold', number, 'Down to that.'],
  imageMinimumGCAge: ['--minimum-image-ttl-duration', duration, 'No image that is newer.'],
  clusterDNS: ['--cluster-dns', words('addresses, separated by commas'), 'Name servers of pods.'],
  clusterDomain: ['--cluster-domain', word('<domain>', 'a domain'), 'Search domain of pods.'],
  staticPodPath: ['--pod-manifest-path', word('<folder>', 'a path'), 'Folder of the manifests of static pods.'],
  fileCheckFrequency: ['--file-check-frequency', duration, 'How often it is looked at, beside being watched.'],
  allowedUnsafeSysctls: [
    '--allowed-unsafe-sysctls',
    words('names or patterns like kernel.msg*, separated by commas'),
    'What pods may set, beside the safe ones.',
  ],
} as const satisfies Readonly<Record<string, readonly [flag: `--${string}`, form: Form, about: string]>>;

export type KubeletFlag = keyof typeof FORMS;
export const KUBELET_FLAGS = Object.keys(FORMS) as readonly KubeletFlag[];

function parserOf(field: KubeletFlag, { allowed, read }: Form): Parser<unknown> {
  const check = ACTED_ON[field];
  return {
    allowed,
    parse: (raw) => {
      const value = read(raw);
      return value === undefined || (check?.(value, field) ?? []).length > 0 ? undefined : value;
    },
  };
}

const variable = (field: string): string =>
  `FLOTILLA_KUBELET_${field.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`;

type FlagSettings = { readonly [F in KubeletFlag as `kubelet.${F}`]: Setting<unknown> };

export const FLAG_SETTINGS = Object.fromEntries(
  KUBELET_FLAGS.map((field) => {
    const [name, form, about] = FORMS[field];
    const parser = parserOf(field, form);
    return [
      `kubelet.${field}`,
      { env: variable(field), option: `${name} ${form.argument}`, about, parser, fallback: undefined },
    ];
  }),
) as FlagSettings;

/** No field of a KubeletConfiguration, there as here. */
export const nodeLabels: Parser<Readonly<Record<string, string>>> = {
  allowed: 'pairs like disk=ssd,site=b, or a map; keys of kubernetes.io only as the kubelet allows them',
  parse: (raw) => {
    const labels = readPairs('=')(raw) as Readonly<Record<string, unknown>> | undefined;
    return labels === undefined || nodeLabelProblems(labels).length > 0
      ? undefined
      : (labels as Readonly<Record<string, string>>);
  },
};
