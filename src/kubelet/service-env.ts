/** Variables that tell a container of services, as links of Docker did. Pure. Source: kubelet/envvars/envvars.go, 1.34. */
import { isIPv6 } from 'node:net';
import type { ServicePort } from '../resources/core/service-ports.ts';

/** A service that has an address of its own. */
export interface ServiceAddress {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIP: string;
  readonly ports: readonly ServicePort[];
}
type Variable = readonly [name: string, value: string];

/** The API's own, which pods of every namespace are told of. */
export const isMaster = ({ namespace, name }: Pick<ServiceAddress, 'namespace' | 'name'>): boolean =>
  namespace === 'default' && name === 'kubernetes';

const nameOf = (text: string): string => text.replaceAll('-', '_').toUpperCase();

export function serviceVariables({ name, clusterIP, ports }: ServiceAddress): readonly Variable[] {
  const [first] = ports;
  if (first === undefined) {
    return [];
  }
  const prefix = nameOf(name);
  const named = ports.filter((port) => (port.name ?? '') !== '');
  return [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named.map((port): Variable => [`${prefix}_SERVICE_PORT_${nameOf(port.name ?? '')}`, String(port.port)]),
    [`${prefix}_PORT`, urlOf(clusterIP, first)],
    ...ports.flatMap((port) => linkVariables(prefix, clusterIP, port)),
  ];
}

function linkVariables(prefix: string, clusterIP: string, service: ServicePort): readonly Variable[] {
  const { protocol = 'TCP', port } = service;
  const at = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
  return [
    [at, urlOf(clusterIP, service)],
    [`${at}_PROTO`, protocol.toLowerCase()],
    [`${at}_PORT`, String(port)],
    [`${at}_ADDR`, clusterIP],
  ];
}

function urlOf(clusterIP: string, { protocol = 'TCP', port }: ServicePort): string {
  const host = isIPv6(clusterIP) ? `[${clusterIP}]` : clusterIP;
  return `${protocol.toLowerCase()}://${host}:${port}`;
}

/** The API's always, those of the pod's namespace if it wants links; a namesake of the API's goes before it. */
export function serviceEnv(
  services: readonly ServiceAddress[],
  namespace: string,
  links: boolean,
): Map<string, string> {
  const chosen = services.filter((service) => isMaster(service) || (links && service.namespace === namespace));
  const inOrder = [...chosen.filter(isMaster), ...chosen.filter((service) => !isMaster(service))];
  return new Map(inOrder.flatMap(serviceVariables));
}
