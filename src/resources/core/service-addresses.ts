/**
 * Addresses and node ports that a service may be given, in an order that follows from its uid, so that rivals seldom want
 * the same. Source of the ranges: kubeadm's and kube-apiserver's defaults; their lower ends are left to those who ask
 * for one by its number (pkg/registry/core/service/{ip,port}allocator).
 */
import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** 10.96.0.0/12. */
const FIRST = 10 * 2 ** 24 + 96 * 2 ** 16;
const SIZE = 2 ** 20;
const RESERVED = 256;
/** Far apart, so that two that begin beside each other do not meet. */
const STRIDE = 104_729;
/** Of a million: as many as tell free ones from a range that is full. */
const ADDRESSES = 4096;
const SERVICE_RANGE = '10.96.0.0/12';
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const;
const RESERVED_PORTS = 86;

/** 48 bits that depend on all of `parts`. */
const digest = (...parts: readonly (string | number)[]): number =>
  createHash('sha256').update(parts.join('/')).digest().readUIntBE(0, 6);

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');

/** In the order in which a service is to be given one; made as they are asked for: all but few get the first. */
export function* addressesFor(uid: string): Generator<string, void> {
  const start = digest(uid);
  for (let attempt = 0; attempt < ADDRESSES; attempt += 1) {
    yield dotted(FIRST + RESERVED + ((start + attempt * STRIDE) % (SIZE - RESERVED - 1)));
  }
}

/** Where an address is not in the range of services, how it is outside. */
export function outsideRange(ip: string): string | undefined {
  const offset = isIPv4(ip) ? ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) - FIRST : -1;
  if (offset < 0 || offset >= SIZE) {
    return 'the provided network does not match the current range';
  }
  return offset === 0 || offset === SIZE - 1
    ? `provided IP is not in the valid range. The range of valid IPs is ${SERVICE_RANGE}`
    : undefined;
}

/** All ports, in the order in which a service is to be given them: the lower ends last. */
export function* nodePortsFor(uid: string): Generator<number, void> {
  const first = NODE_PORTS.first + RESERVED_PORTS;
  const upper = NODE_PORTS.last - first + 1;
  const start = digest(uid, 'port') % upper;
  for (let offset = 0; offset < upper; offset += 1) {
    yield first + ((start + offset) % upper);
  }
  for (let port = NODE_PORTS.first; port < first; port += 1) {
    yield port;
  }
}
