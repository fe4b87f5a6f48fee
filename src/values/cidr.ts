/** Networks such as `10.0.0.0/8` and `fd00::/8`, as numbers. Source of what is allowed: Go's net.ParseCIDR. */
import { isIP } from 'node:net';

export interface Cidr {
  /** Of an address: 32 or 128. */
  readonly bits: number;
  readonly prefix: number;
  /** As it was given: bits after the prefix may be set. */
  readonly address: bigint;
}

const IPV4_BITS = 32;
const IPV6_BITS = 128;
const GROUPS = 8;

const fromBytes = (address: string): bigint => address.split('.').reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** The last two groups may be written as an IPv4 address. */
function groupsOf(part: string): bigint[] {
  return part === ''
    ? []
    : part.split(':').flatMap((group) => {
        const number = group.includes('.') ? fromBytes(group) : undefined;
        return number === undefined ? [BigInt(`0x${group}`)] : [number >> 16n, number & 0xffffn];
      });
}

function fromGroups(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeroes = new Array<bigint>(tail === undefined ? 0 : GROUPS - before.length - after.length).fill(0n);
  return [...before, ...zeroes, ...after].reduce((sum, group) => (sum << 16n) | group, 0n);
}

export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', more] = text.split('/');
  const family = isIP(address);
  const bits = family === 4 ? IPV4_BITS : IPV6_BITS;
  // A zone (`fe80::1%eth0`) is of an address, not of a network.
  if (
    more !== undefined ||
    family === 0 ||
    address.includes('%') ||
    !/^\d{1,3}$/.test(length) ||
    Number(length) > bits
  ) {
    return undefined;
  }
  return { bits, prefix: Number(length), address: family === 4 ? fromBytes(address) : fromGroups(address) };
}

/** The address with the bits after the prefix cleared. */
export function networkOf({ bits, prefix, address }: Cidr): bigint {
  const free = BigInt(bits - prefix);
  return (address >> free) << free;
}

/** Whether `inner` is a part of `outer`, and not all of it. */
export const isStrictlyWithin = (inner: Cidr, outer: Cidr): boolean =>
  inner.bits === outer.bits &&
  inner.prefix > outer.prefix &&
  networkOf({ ...inner, prefix: outer.prefix }) === networkOf(outer);

/** In the form of RFC 5952. */
export function formatAddress(address: bigint, bits: number): string {
  if (bits === IPV4_BITS) {
    return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join('.');
  }
  const groups = Array.from({ length: GROUPS }, (_, at) => (address >> BigInt(16 * (GROUPS - 1 - at))) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(':');
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}
