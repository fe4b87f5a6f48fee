/** Container ports. Source: pkg/apis/core/validation, validateContainerPorts, AccumulateUniqueHostPorts, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isValidPortName, isValidPortNum } from '../../values/name-rules.ts';
import { duplicateField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import type { Container, ContainerPort } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export const checkPortNumber = (path: string, port: number): StatusCause[] =>
  isValidPortNum(port).map((message) => invalidField(path, port, message));

/** A port by number or by the name of a container port. */
export const checkPortReference = (path: string, port: number | string | undefined): StatusCause[] =>
  typeof port === 'string' ? violations(isValidPortName, path, port) : checkPortNumber(path, port ?? 0);

function checkPortName(path: string, name: string, taken: Set<string>): StatusCause[] {
  const causes = violations(isValidPortName, path, name);
  if (causes.length === 0 && taken.has(name)) {
    return [duplicateField(path, name)];
  }
  taken.add(name);
  return causes;
}

function checkPort(path: string, port: ContainerPort, names: Set<string>): StatusCause[] {
  const { name = '', containerPort = 0, hostPort = 0, protocol = '' } = port;
  return [
    ...(name === '' ? [] : checkPortName(`${path}.name`, name, names)),
    ...(containerPort === 0
      ? [requiredField(`${path}.containerPort`)]
      : checkPortNumber(`${path}.containerPort`, containerPort)),
    ...(hostPort === 0 ? [] : checkPortNumber(`${path}.hostPort`, hostPort)),
    ...(protocol === ''
      ? [requiredField(`${path}.protocol`)]
      : PROTOCOLS.includes(protocol)
        ? []
        : [unsupportedField(`${path}.protocol`, protocol, PROTOCOLS)]),
  ];
}

export function checkPorts(path: string, ports: readonly ContainerPort[]): StatusCause[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => checkPort(`${path}[${index}]`, port, names));
}

/** No two of `containers`, which run at the same time, may want the same port of the host. */
export function checkHostPortConflicts(path: string, containers: readonly Container[]): StatusCause[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, at) =>
    ports.flatMap(({ hostPort = 0, protocol = '', hostIP = '' }, index) => {
      const wanted = `${protocol}/${hostIP}/${hostPort}`;
      if (hostPort === 0 || !taken.has(wanted)) {
        taken.add(wanted);
        return [];
      }
      return [duplicateField(`${path}[${at}].ports[${index}].hostPort`, wanted)];
    }),
  );
}

/** A template may leave the host port out: the pod's defaults fill it in. */
export function checkHostNetworkPorts(path: string, spec: PodSpec, isPod: boolean): StatusCause[] {
  if (spec.hostNetwork !== true) {
    return [];
  }
  return (spec.containers ?? []).flatMap(({ ports = [] }, at) =>
    ports.flatMap(({ hostPort = 0, containerPort = 0 }, index) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort
        ? [
            invalidField(
              `${path}.containers[${at}].ports[${index}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}
