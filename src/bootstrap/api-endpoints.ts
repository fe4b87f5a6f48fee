/**
 * The Endpoints and the EndpointSlices of the Service `default/kubernetes`: where the processes of the API answer, kept so
 * by each of them. Source: pkg/controlplane/reconcilers, endpointsadapter.go and lease.go, 1.34. There all listen on one
 * port; here each port has a subset and a slice.
 */
import { isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { StatusError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { API_SERVER } from '../registry/create-unless-there.ts';
import { decodeObject, type Registry } from '../registry/registry.ts';
import { type Repeating, repeat } from '../timing/repeat.ts';
import { groupedBy } from '../values/grouped-by.ts';
import type { KubeObject } from '../values/object.ts';

const NAMESPACE = 'default';
const NAME = 'kubernetes';
const ENDPOINTS = 'endpoints';
const SLICES = 'endpointslices.discovery.k8s.io';
const SERVICE_LABEL = 'kubernetes.io/service-name';
const EVERY_MS = 10_000;

interface Address {
  readonly address: string;
  readonly port: number;
}
type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * What others are told: where the API listens, or the host's first address where that is all or none of them. Source:
 * apimachinery's util/net, ResolveBindAddress. undefined: the host has none.
 */
export function advertisedAddress(host: string, interfaces: Interfaces): string | undefined {
  if (isIPv4(host) && host !== '0.0.0.0' && !host.startsWith('127.')) {
    return host;
  }
  const all = Object.values(interfaces).flatMap((addresses = []) => addresses);
  const isUsable = ({ family, internal, address }: NetworkInterfaceInfo): boolean =>
    family === 'IPv4' && !internal && !address.startsWith('169.254.');
  return all.find(isUsable)?.address;
}

function byPort(addresses: readonly Address[]): [port: number, ips: string[]][] {
  return [...groupedBy(addresses, ({ port }) => port)]
    .map(([port, those]): [number, string[]] => [port, those.map(({ address }) => address)])
    .sort(([a], [b]) => a - b);
}

const portsOf = (port: number): object[] => [{ name: 'https', port, protocol: 'TCP' }];

const endpointsOf = (addresses: readonly Address[]): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'Endpoints' },
  metadata: { name: NAME, namespace: NAMESPACE, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
  ...{
    subsets: byPort(addresses).map(([port, ips]) => ({ addresses: ips.map((ip) => ({ ip })), ports: portsOf(port) })),
  },
});

const slicesOf = (addresses: readonly Address[]): KubeObject[] =>
  byPort(addresses).map(([port, ips], index) => ({
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: {
      ...{ name: index === 0 ? NAME : `${NAME}-${port}`, namespace: NAMESPACE },
      labels: { [SERVICE_LABEL]: NAME },
    },
    endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: portsOf(port),
  }));

/** All that is ours to say; the rest of the metadata is not. */
const said = ({ metadata, ...rest }: KubeObject): object => ({ ...rest, labels: metadata.labels });

async function ensure(registry: Registry, id: string, wanted: KubeObject): Promise<void> {
  const { name = '', labels = {} } = wanted.metadata;
  const stored = await registry.find(id, NAMESPACE, name);
  if (stored === undefined) {
    await registry.create(id, NAMESPACE, wanted, API_SERVER);
  } else if (!isDeepStrictEqual(said(decodeObject(stored)), said(wanted))) {
    const { metadata } = decodeObject(stored);
    await registry.update(id, NAMESPACE, name, { ...wanted, metadata: { ...metadata, labels } }, API_SERVER);
  }
}

/** Slices that nobody of us wrote would send clients elsewhere. */
async function removeOthers(registry: Registry, wanted: readonly KubeObject[]): Promise<void> {
  const labels = [{ key: SERVICE_LABEL, operator: 'In', values: [NAME] }] as const;
  const { items } = await registry.list(SLICES, { namespace: NAMESPACE, labels });
  for (const { name, uid } of items) {
    if (!wanted.some(({ metadata }) => metadata.name === name)) {
      await registry.delete(SLICES, NAMESPACE, name, { preconditions: { uid } });
    }
  }
}

/** What is stored becomes what is so. Throws a StatusError when another process was faster. */
export async function settleApiEndpoints(registry: Registry, addresses: readonly Address[]): Promise<void> {
  // Without any, something else is wrong: clients keep what they have.
  if (addresses.length === 0) {
    return;
  }
  await ensure(registry, ENDPOINTS, endpointsOf(addresses));
  const slices = slicesOf(addresses);
  for (const slice of slices) {
    await ensure(registry, SLICES, slice);
  }
  await removeOthers(registry, slices);
}

export interface ApiEndpoints extends Repeating {
  readonly registry: Registry;
  /** Of this process. */
  readonly own: Address;
  readonly addresses: { note(own: Address): Promise<void>; all(): Promise<readonly Address[]> };
  readonly logger: Logger;
}

async function settleOnce({ registry, own, addresses, logger }: ApiEndpoints): Promise<void> {
  try {
    await addresses.note(own);
    await settleApiEndpoints(registry, await addresses.all());
  } catch (error) {
    // The other process wrote the same; the next look tells.
    if (!(error instanceof StatusError && error.code === 409)) {
      logger.warn({ err: error }, 'the endpoints of the API were not kept');
    }
  }
}

/** Resolves after the first look; `done`, with the signal. Never rejects. */
export async function keepApiEndpoints(options: ApiEndpoints): Promise<{ readonly done: Promise<void> }> {
  await settleOnce(options);
  return { done: repeat(options, EVERY_MS, () => settleOnce(options)) };
}
