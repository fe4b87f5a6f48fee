/** Ports of a service: defaults and rules. Source: pkg/apis/core/validation, validateServicePort, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isQualifiedName } from '../../values/name-rules.ts';
import { duplicateField, requiredField, unsupportedField, violations } from '../field-errors.ts';
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

function checkPort(path: string, port: ServicePort, isNamed: boolean): StatusCause[] {
  const { name = '', port: number = 0, targetPort = 0, appProtocol } = port;
  return [
    ...(name === ''
      ? isNamed
        ? [requiredField(`${path}.name`)]
        : []
      : violations(isDNS1123Label, `${path}.name`, name)),
    ...checkPortNumber(`${path}.port`, number),
    ...checkProtocol(`${path}.protocol`, port.protocol),
    ...checkPortReference(`${path}.targetPort`, targetPort),
    ...(appProtocol === undefined ? [] : violations(isQualifiedName, `${path}.appProtocol`, appProtocol)),
  ];
}

/** The message shows the internal type, whose fields have no JSON names. */
const asInternal = (protocol: string, port: number): object =>
  Object.fromEntries([
    ...[
      ['Name', ''],
      ['Protocol', protocol],
      ['AppProtocol', null],
    ],
    ...[
      ['Port', port],
      ['TargetPort', 0],
      ['NodePort', 0],
    ],
  ]);

/** A repetition is reported on the later of the two. */
function checkRepeated(path: string, ports: readonly ServicePort[]): StatusCause[] {
  const names = new Set<string>();
  const pairs = new Set<string>();
  const onNodes = new Set<string>();
  return ports.flatMap(({ name = '', protocol = '', port = 0, nodePort = 0 }, index) => {
    const pair = `${protocol}/${port}`;
    const onNode = `${protocol}/${nodePort}`;
    const causes = [
      ...(name !== '' && names.has(name) ? [duplicateField(`${path}[${index}].name`, name)] : []),
      ...(nodePort > 0 && onNodes.has(onNode) ? [duplicateField(`${path}[${index}].nodePort`, nodePort)] : []),
      ...(pairs.has(pair) ? [duplicateField(`${path}[${index}]`, asInternal(protocol, port))] : []),
    ];
    onNodes.add(onNode);
    names.add(name);
    pairs.add(pair);
    return causes;
  });
}

export const checkServicePorts = (path: string, ports: readonly ServicePort[]): StatusCause[] => [
  ...ports.flatMap((port, index) => checkPort(`${path}[${index}]`, port, ports.length > 1)),
  ...checkRepeated(path, ports),
];
