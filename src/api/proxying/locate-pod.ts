/** `pods/[scheme:]NAME[:port]/proxy`. Source: pkg/registry/core/pod/strategy.go, ResourceLocation, 1.34. */

import { badRequest, StatusError } from '../../errors.ts';
import { decodeObject } from '../../registry/registry.ts';
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ApiContext } from '../context.ts';
import { streamingOf } from '../logs/open-logs.ts';
import type { Backend } from './backend.ts';
import { openForwarded } from './forwarded-connection.ts';
import { type Named, splitName } from './proxy-path.ts';
import { checkProxyable } from './proxyable-address.ts';

export interface ReachablePod extends KubeObject {
  spec: {
    nodeName?: string;
    containers: readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
  };
  status?: { podIP?: string; podIPs?: readonly { readonly ip?: string }[] };
}

const MAX_PORT = 65_535;
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

export const addressOf = ({ status }: ReachablePod): string => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '';

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** Throws 503 for what is no number: ports of pods have no names here. */
function portNumber(port: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > MAX_PORT) {
    const why = `error trying to reach service: dial tcp: lookup tcp/${port}: unknown port`;
    throw new StatusError('ServiceUnavailable', why, {});
  }
  return number;
}

/** A port of a pod that runs. Throws 400 for an address that is none of a pod. */
export async function podBackend(
  context: ApiContext,
  pod: ReachablePod,
  port: number,
  scheme: Named['scheme'],
): Promise<Backend> {
  const address = addressOf(pod);
  checkProxyable(address);
  const streaming = await streamingOf(context, pod.spec.nodeName ?? '');
  return {
    scheme: scheme === '' ? 'http' : scheme,
    host: `${bracketed(address)}:${port}`,
    open: () => openForwarded(streaming, runtimeUid(pod), port),
  };
}

/** Throws 400, 404 and 503. */
export async function locatePod(context: ApiContext, namespace: string, id: string): Promise<Backend> {
  const named = splitName(id);
  if (named === undefined) {
    throw badRequest(`invalid pod request ${JSON.stringify(id)}`);
  }
  const pod = decodeObject<ReachablePod>(await context.registry.get('pods', namespace, named.name));
  const declared = pod.spec.containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]?.containerPort;
  const usual = declared ?? DEFAULT_PORTS[named.scheme === 'https' ? 'https' : 'http'];
  checkProxyable(addressOf(pod));
  return podBackend(context, pod, named.port === '' ? usual : portNumber(named.port), named.scheme);
}
