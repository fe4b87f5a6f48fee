/** No two services have the same address or node port. Source: pkg/registry/core/service/storage/alloc.go, 1.34. */
import { type StatusCause, StatusError } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Allocation } from '../define-resource.ts';
import { invalidField, tooManyField } from '../field-errors.ts';
import { HEADLESS, hasClusterIP, isOnNodes, needsHealthCheck, type ServiceSpec } from './default-service.ts';
import { addressesFor, NODE_PORTS, nodePortsFor, outsideRange } from './service-addresses.ts';
import { completeAddresses } from './service-families.ts';

type Taken = Parameters<Allocation['settle']>[1];

const addressClaim = (ip: string): string => `ip:${ip}`;
const portClaim = (port: number): string => `port:${port}`;

/** How many more than needed are asked about before all are: most services get the first. */
const FEW = 16;

const addressesOf = (spec: ServiceSpec): string[] =>
  hasClusterIP(spec) ? (spec.clusterIPs ?? []).filter((ip) => ip !== '' && ip !== HEADLESS) : [];

export function serviceClaims(spec: ServiceSpec): string[] {
  const { ports = [], healthCheckNodePort = 0 } = spec;
  const nodePorts = [...ports.map(({ nodePort = 0 }) => nodePort), healthCheckNodePort].filter((port) => port > 0);
  return [...new Set([...addressesOf(spec).map(addressClaim), ...nodePorts.map(portClaim)])];
}

/** The next of them, at most so many. */
function take<C>(from: Iterator<C, void>, count: number): C[] {
  const taken: C[] = [];
  while (taken.length < count) {
    const { value, done } = from.next();
    if (done === true) {
      break;
    }
    taken.push(value);
  }
  return taken;
}

/** The first of `candidates` that nobody has; less than `count` if there are no more. */
async function firstFree<C>(
  candidates: Iterator<C, void>,
  count: number,
  claimOf: (candidate: C) => string,
  taken: Taken,
): Promise<C[]> {
  const free: C[] = [];
  for (const size of [count + FEW, Number.POSITIVE_INFINITY]) {
    if (free.length < count) {
      const part = take(candidates, size);
      const held = await taken(part.map(claimOf));
      free.push(...part.filter((candidate) => !held.has(claimOf(candidate))));
    }
  }
  return free.slice(0, count);
}

const rangeIsFull = (what: string): StatusError =>
  new StatusError('InternalError', `Internal error occurred: failed to allocate a ${what}: range is full`);

async function giveAddress(spec: ServiceSpec, uid: string, taken: Taken): Promise<void> {
  if (!hasClusterIP(spec) || (spec.clusterIP ?? '') !== '') {
    return;
  }
  const [ip] = await firstFree(addressesFor(uid), 1, addressClaim, taken);
  if (ip === undefined) {
    throw rangeIsFull('serviceIP');
  }
  spec.clusterIP = ip;
  spec.clusterIPs = [ip];
}

function* otherPorts(uid: string, own: ReadonlySet<number>): Generator<number, void> {
  for (const port of nodePortsFor(uid)) {
    if (!own.has(port)) {
      yield port;
    }
  }
}

/** Ports of one number, for several protocols, have one node port. */
async function givePorts(spec: ServiceSpec, uid: string, taken: Taken): Promise<void> {
  const { ports = [], healthCheckNodePort = 0 } = spec;
  const byNumber = new Map(
    ports.flatMap(({ port, nodePort = 0 }) => (nodePort > 0 ? [[port, nodePort] as const] : [])),
  );
  const onNodes = isOnNodes(spec) ? ports : [];
  const wanted = [...new Set(onNodes.map(({ port }) => port))].filter((port) => !byNumber.has(port));
  const wantsCheck = needsHealthCheck(spec) && healthCheckNodePort === 0;
  const count = wanted.length + (wantsCheck ? 1 : 0);
  if (count > 0) {
    const own = new Set([...ports.map(({ nodePort = 0 }) => nodePort), healthCheckNodePort]);
    const free = await firstFree(otherPorts(uid, own), count, portClaim, taken);
    if (free.length < count) {
      throw rangeIsFull('nodePort');
    }
    wanted.forEach((port, at) => {
      byNumber.set(port, free[at] ?? 0);
    });
    if (wantsCheck) {
      spec.healthCheckNodePort = free.at(-1) ?? 0;
    }
  }
  for (const port of onNodes) {
    port.nodePort ||= byNumber.get(port.port) ?? 0;
  }
}

/** More can never be had. */
const MAX_PORTS = NODE_PORTS.last - NODE_PORTS.first + 1;
const PORT_HELD = 'provided port is already allocated';

function heldAddresses(spec: ServiceSpec, held: ReadonlySet<string>): StatusCause[] {
  return addressesOf(spec).flatMap((ip) => {
    const reason = held.has(addressClaim(ip)) ? 'provided IP is already allocated' : outsideRange(ip);
    const why = `failed to allocate IP ${ip}: ${reason}`;
    return reason === undefined ? [] : [invalidField('spec.clusterIPs', spec.clusterIPs, why)];
  });
}

function heldPorts({ ports = [], healthCheckNodePort = 0 }: ServiceSpec, held: ReadonlySet<string>): StatusCause[] {
  return [
    ...ports.flatMap(({ nodePort = 0 }, index) =>
      held.has(portClaim(nodePort)) ? [invalidField(`spec.ports[${index}].nodePort`, nodePort, PORT_HELD)] : [],
    ),
    ...(held.has(portClaim(healthCheckNodePort))
      ? [invalidField('spec.healthCheckNodePort', healthCheckNodePort, PORT_HELD)]
      : []),
  ];
}

interface Service extends KubeObject {
  spec?: ServiceSpec;
}

export async function settleService({ metadata, spec = {} }: Service, taken: Taken): Promise<StatusCause[]> {
  completeAddresses(spec);
  const held = await taken(serviceClaims(spec));
  // The first thing that cannot be had, as there.
  const [cause] = [...heldAddresses(spec, held), ...heldPorts(spec, held)];
  if (cause !== undefined) {
    return [cause];
  }
  const { ports = [] } = spec;
  if (isOnNodes(spec) && ports.length > MAX_PORTS) {
    return [tooManyField('spec.ports', ports.length, MAX_PORTS)];
  }
  const { uid = '' } = metadata;
  await giveAddress(spec, uid, taken);
  await givePorts(spec, uid, taken);
  return [];
}
