/** Ports of a service: defaults and rules. Source: pkg/apis/core/validation, validateServicePort, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label } from '../../values/name-rules.ts';
import { duplicateField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { checkPortNumber, checkPortReference } from '../pod/validate-ports.ts';

export interface ServicePort {
  name?: string;
  protocol?: string;
  appProtocol?: string;
  port?: number;
  targetPort?: number | string;
  nodePort?: number;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function checkProtocol(path: string, protocol = ''): StatusCause[] {
  if (protocol === '') {
    return [requiredField(path)];
  }
  return PROTOCOLS.includes(protocol) ? [] : [unsupportedField(path, protocol, PROTOCOLS)];
}

export function defaultPort(port: ServicePort): void {
  port.protocol ||= 'TCP';
  if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') {
    port.targetPort = port.port ?? 0;
  }
}

function checkPort(path: string, port: ServicePort, isNamed: boolean, isHeadless: boolean): StatusCause[] {
  const { name = '', port: number = 0, targetPort = 0 } = port;
  const mustMatch = 'must be equal to the value of `port` when `clusterIP` is "None"';
  return [
    ...(name === ''
      ? isNamed
        ? [requiredField(`${path}.name`)]
        : []
      : violations(isDNS1123Label, `${path}.name`, name)),
    ...checkPortNumber(`${path}.port`, number),
    ...checkProtocol(`${path}.protocol`, port.protocol),
    ...checkPortReference(`${path}.targetPort`, targetPort),
    ...(isHeadless && typeof targetPort === 'number' && targetPort !== number && port.nodePort !== undefined
      ? [invalidField(`${path}.targetPort`, targetPort, mustMatch)]
      : []),
  ];
}

/** A repetition is reported on the later of the two. */
function checkRepeated(path: string, ports: readonly ServicePort[]): StatusCause[] {
  const names = new Set<string>();
  const pairs = new Set<string>();
  return ports.flatMap(({ name = '', protocol = '', port = 0 }, index) => {
    const pair = `${protocol}/${port}`;
    const causes = [
      ...(name !== '' && names.has(name) ? [duplicateField(`${path}[${index}].name`, name)] : []),
      ...(pairs.has(pair) ? [duplicateField(`${path}[${index}]`, { port, protocol })] : []),
    ];
    names.add(name);
    pairs.add(pair);
    return causes;
  });
}

export const checkServicePorts = (path: string, ports: readonly ServicePort[], isHeadless: boolean): StatusCause[] => [
  ...ports.flatMap((port, index) => checkPort(`${path}[${index}]`, port, ports.length > 1, isHeadless)),
  ...checkRepeated(path, ports),
];
