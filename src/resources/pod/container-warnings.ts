/** What of containers is allowed and probably not meant. Source: pkg/api/pod/warnings.go, 1.34. */
import type { Container, ContainerPort, EnvVar } from './container.ts';
import { fractionalBytes } from './fractional-bytes.ts';
import type { PodSpec } from './pod-spec.ts';

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

const ofResources = (path: string, { resources = {} }: Container): string[] =>
  (['memory', 'ephemeral-storage'] as const).flatMap((name) =>
    (['limits', 'requests'] as const).flatMap((list) =>
      fractionalBytes(`${path}.resources.${list}`, resources[list], name),
    ),
  );

interface PlacedPort {
  readonly at: string;
  readonly index: number;
  readonly port: ContainerPort;
}

/** Of one number and protocol; more of them say no more, and a header has no room for them. */
const MAX_COMPARED = 10;

/** How a port is at odds with an earlier one of its number and protocol. */
function oddity({ hostPort = 0, hostIP = '' }: ContainerPort, earlier: ContainerPort): string | undefined {
  const { hostPort: otherPort = 0, hostIP: otherIP = '' } = earlier;
  if (hostIP === otherIP && hostPort === otherPort) {
    return 'duplicate port definition';
  }
  if (hostPort === 0 || otherPort === 0) {
    return 'overlapping port definition';
  }
  const isOpen = hostPort === otherPort && (hostIP === '') !== (otherIP === '');
  return isOpen ? 'dangerously ambiguous port definition' : undefined;
}

/** As Go prints the struct. */
const shown = ({ name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

const pathOf = ({ at, index }: PlacedPort): string => `${at}.ports[${index}]`;

function ofPort(placed: PlacedPort, earlier: readonly PlacedPort[]): string[] {
  const { hostPort = 0, hostIP = '' } = placed.port;
  const odd = hostIP !== '' && hostPort === 0;
  return [
    ...(odd ? [`${pathOf(placed)}: hostIP set without hostPort: ${shown(placed.port)}`] : []),
    ...earlier.flatMap((other) => {
      const what = oddity(placed.port, other.port);
      return what === undefined ? [] : [`${pathOf(placed)}: ${what} with ${pathOf(other)}`];
    }),
  ];
}

function ofPorts(containers: readonly PlacedContainer[]): string[] {
  const known = new Map<string, PlacedPort[]>();
  return containers.flatMap(({ at, container: { ports = [] } }) =>
    ports.flatMap((port, index) => {
      const key = `${port.containerPort}/${port.protocol}`;
      const placed = { at, index, port };
      const earlier = known.get(key);
      const warnings = ofPort(placed, earlier ?? []);
      if (earlier === undefined) {
        known.set(key, [placed]);
      } else if (earlier.length < MAX_COMPARED) {
        earlier.push(placed);
      }
      return warnings;
    }),
  );
}

interface PlacedContainer {
  readonly at: string;
  readonly container: Container;
}

/** In Kubernetes' order, each with its path. */
export const containersOf = (path: string, spec: PodSpec): PlacedContainer[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, index) => ({ at: `${path}.${list}[${index}]`, container })),
  );

export const containerWarnings = (containers: readonly PlacedContainer[]): string[] => [
  ...containers.flatMap(({ at, container }) => [...ofResources(at, container), ...hiddenVariables(at, container)]),
  ...ofPorts(containers),
];
