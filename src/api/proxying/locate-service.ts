/**
 * `services/[scheme:]NAME[:port]/proxy`: a ready pod of the service's Endpoints, drawn at random.
 * Source: pkg/registry/core/service/storage/storage.go, ResourceLocation, 1.34.
 */
import { badRequest, StatusError } from '../../errors.ts';
import { decodeObject, type Registry } from '../../registry/registry.ts';
import type { Random } from '../../timing/random.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ApiContext } from '../context.ts';
import type { Backend } from './backend.ts';
import { addressOf, podBackend, type ReachablePod } from './locate-pod.ts';
import { splitName } from './proxy-path.ts';

interface Address {
  readonly ip?: string;
  readonly targetRef?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}
interface Endpoints extends KubeObject {
  subsets?: readonly {
    readonly addresses?: readonly Address[];
    readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  }[];
}
interface Service extends KubeObject {
  spec?: { ports?: readonly { readonly name?: string; readonly port: number }[] };
}

const unavailable = (message: string): StatusError => new StatusError('ServiceUnavailable', message, {});

/** A number stands for the service's port of that number, and the endpoints know it by its name. */
async function portName(registry: Registry, namespace: string, name: string, port: string): Promise<string> {
  if (!/^[+-]?\d+$/.test(port)) {
    return port;
  }
  const { spec } = decodeObject<Service>(await registry.get('services', namespace, name));
  const found = spec?.ports?.find((one) => one.port === Number(port));
  if (found === undefined) {
    throw unavailable(`no service port ${Number(port)} found for service ${JSON.stringify(name)}`);
  }
  return found.name ?? '';
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => [random.next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** An address counts only for the pod that still has it: endpoints are written by whoever may. */
async function podAt(registry: Registry, { ip, targetRef }: Address): Promise<ReachablePod | undefined> {
  const { kind, namespace = '', name = '' } = targetRef ?? {};
  if (kind !== 'Pod') {
    return undefined;
  }
  const stored = await registry.find('pods', namespace, name);
  const pod = stored === undefined ? undefined : decodeObject<ReachablePod>(stored);
  const addresses = pod?.status?.podIPs?.map((each) => each.ip) ?? (pod === undefined ? [] : [addressOf(pod)]);
  return ip !== undefined && addresses.includes(ip) ? pod : undefined;
}

/** Throws 400, 404 and 503. */
export async function locateService(context: ApiContext, namespace: string, id: string): Promise<Backend> {
  const { registry, random } = context;
  const named = splitName(id);
  if (named === undefined) {
    throw badRequest(`invalid service request ${JSON.stringify(id)}`);
  }
  const wanted = await portName(registry, namespace, named.name, named.port);
  const { subsets = [] } = decodeObject<Endpoints>(await registry.get('endpoints', namespace, named.name));
  const choices = subsets.flatMap(({ addresses = [], ports = [] }) => {
    const port = ports.find(({ name = '' }) => name === wanted)?.port;
    return port === undefined ? [] : addresses.map((address) => ({ address, port }));
  });
  for (const { address, port } of shuffled(choices, random)) {
    const pod = await podAt(registry, address);
    if (pod !== undefined) {
      return podBackend(context, pod, port, named.scheme);
    }
  }
  throw unavailable(`no endpoints available for service ${JSON.stringify(named.name)}`);
}
