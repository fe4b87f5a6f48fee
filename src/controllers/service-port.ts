/** The ports of a pod that a service's ports stand for. Pure. Source: pkg/api/v1/pod, FindPort. */
import type { ServicePort } from '../resources/core/service-ports.ts';
import type { PodEndpoint } from './views/pod-endpoint.ts';

export interface FoundPort {
  name: string;
  protocol: string;
  port: number;
  appProtocol?: string;
}

/** A name that the pod does not have gives none. */
function findPorts(ports: readonly ServicePort[], { ports: named }: Pick<PodEndpoint, 'ports'>): FoundPort[] {
  return ports.flatMap(({ name = '', protocol = 'TCP', targetPort, port: own, appProtocol }) => {
    const target = targetPort ?? own;
    const port =
      typeof target === 'number'
        ? target
        : named.find((candidate) => candidate.name === target && candidate.protocol === protocol)?.port;
    const application = appProtocol === undefined ? {} : { appProtocol };
    return port === undefined ? [] : [{ name, protocol, port, ...application }];
  });
}

export interface Offered {
  readonly ports: FoundPort[];
  readonly key: string;
}

/** As `findPorts`, with their key; asked once for all pods that name the same ports: they share their `PodEndpoint`. */
export function portFinder(
  ports: readonly ServicePort[],
  keyOf: (found: readonly FoundPort[]) => string,
): (endpoint: PodEndpoint) => Offered {
  const known = new Map<PodEndpoint, Offered>();
  return (endpoint) => {
    const found = known.get(endpoint);
    if (found !== undefined) {
      return found;
    }
    const offered = findPorts(ports, endpoint);
    const result = { ports: offered, key: keyOf(offered) };
    known.set(endpoint, result);
    return result;
  };
}
