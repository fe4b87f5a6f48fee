/** What is allowed and probably not meant. Source: pkg/api/pod/warnings.go, 1.34; the common ones. */
import { isDNS1123Label } from '../../values/name-rules.ts';
import { parseQuantity } from '../../values/quantity.ts';
import type { Container, EnvVar } from './container.ts';
import { nodeLabelWarnings } from './node-label-warnings.ts';
import type { PodSpec } from './pod-spec.ts';

const UNIT = 10n ** 9n;
const FRACTION = /[mun.]|[eE]-/;

/** A later variable may build on an earlier one of its name; otherwise the earlier one is lost. */
function hiddenVariables(path: string, { env = [] }: Container): string[] {
  const seen = new Set<string>();
  const warnings: string[] = [];
  for (const [index, variable] of env.entries()) {
    const { name = '' } = variable;
    if (seen.has(name) && !extendsEarlier(variable)) {
      const what = `hides previous definition of "${name}", which may be dropped when using apply`;
      warnings.push(`${path}.env[${index}]: ${what}`);
    }
    seen.add(name);
  }
  return warnings;
}

function extendsEarlier({ name = '', value = '', valueFrom }: EnvVar): boolean {
  const reference = `$(${name})`;
  return valueFrom === undefined && value !== reference && value.includes(reference);
}

function repeatedPorts(path: string, { ports = [] }: Container): string[] {
  const identities = ports.map(({ containerPort, hostPort = 0, hostIP = '', protocol = '' }) =>
    [containerPort, hostPort, hostIP, protocol].join('/'),
  );
  return identities.flatMap((identity, index) => {
    const first = identities.indexOf(identity);
    return first < index ? [`${path}.ports[${index}]: duplicate port definition with ${path}.ports[${first}]`] : [];
  });
}

/** Parsed only where the suffix allows a fraction. */
const isWhole = (text: string): boolean => !FRACTION.test(text) || (parseQuantity(text)?.nanos ?? 0n) % UNIT === 0n;

/** `memory: 100m` asks for a tenth of a byte. */
function fractionalBytes(path: string, { resources = {} }: Container): string[] {
  return (['limits', 'requests'] as const).flatMap((list) =>
    (['memory', 'ephemeral-storage'] as const).flatMap((name) => {
      const text = resources[list]?.[name] ?? '0';
      return isWhole(text)
        ? []
        : [`${path}.resources.${list}[${name}]: fractional byte value "${text}" is invalid, must be an integer`];
    }),
  );
}

function ofScheduling(path: string, { nodeSelector = {}, topologySpreadConstraints = [] }: PodSpec): string[] {
  return [
    ...Object.keys(nodeSelector).flatMap((label) => nodeLabelWarnings(`${path}.nodeSelector[${label}]`, label)),
    ...topologySpreadConstraints.flatMap(({ labelSelector }, index) =>
      labelSelector === undefined
        ? [`${path}.topologySpreadConstraints[${index}].labelSelector: a null labelSelector results in matching no pod`]
        : [],
    ),
  ];
}

function ofPullSecrets(path: string, { imagePullSecrets = [] }: PodSpec): string[] {
  const names = imagePullSecrets.map(({ name = '' }) => name);
  return names.flatMap((name, index) => {
    const at = `${path}.imagePullSecrets[${index}].name`;
    return name === ''
      ? [`${at}: invalid empty name ""`]
      : names.indexOf(name) < index
        ? [`${at}: duplicate name "${name}"`]
        : [];
  });
}

/** `path` is `spec` or `spec.template.spec`. */
export function podSpecWarnings(path: string, spec: PodSpec): string[] {
  const { containers = [], initContainers = [], terminationGracePeriodSeconds = 0 } = spec;
  const ofContainers = Object.entries({ initContainers, containers }).flatMap(([list, members]) =>
    members.flatMap((container, index) => {
      const at = `${path}.${list}[${index}]`;
      return [...fractionalBytes(at, container), ...hiddenVariables(at, container), ...repeatedPorts(at, container)];
    }),
  );
  return [
    ...ofScheduling(path, spec),
    ...ofPullSecrets(path, spec),
    ...(terminationGracePeriodSeconds < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...ofContainers,
  ];
}

/** A name that is no DNS label cannot be a host name as it is. `use` says where the name ends up. */
export function nameWarnings(name: string, use: "the Pod's hostname" | 'Pod names and hostnames'): string[] {
  const messages = isDNS1123Label(name);
  const why = `which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`;
  return messages.length === 0 ? [] : [`metadata.name: this is used in ${use}, ${why}`];
}
