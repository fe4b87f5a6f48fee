/** IPv4 addresses for pods: from the node's podCIDR, else anywhere in 10.0.0.0/8; unlike its node's other pods. Pure. */
import { hashString } from '../../timing/random.ts';

interface Block {
  readonly base: number;
  readonly size: number;
}
const ANYWHERE: Block = { base: 0x0a000000, size: 0x1000000 };

const parsePart = (text: string | undefined, max: number): number | undefined =>
  text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= max ? Number(text) : undefined;

/** undefined when it is not an IPv4 block with room for a pod. */
function parseCidr(cidr: string): Block | undefined {
  const [address, prefixText] = cidr.split('/');
  const prefix = parsePart(prefixText, 30);
  const parts = (address ?? '').split('.').map((part) => parsePart(part, 255));
  if (prefix === undefined || parts.length !== 4) {
    return undefined;
  }
  let base = 0;
  for (const part of parts) {
    if (part === undefined) {
      return undefined;
    }
    base = base * 256 + part;
  }
  const size = 2 ** (32 - prefix);
  return { base: base - (base % size), size };
}

const format = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** Starts from a hash of the uid, then probes on; when all are taken (the block is too small) one is shared. */
export function chooseAddress(uid: string, cidr: string | undefined, taken: (address: string) => boolean): string {
  const block = (cidr === undefined ? undefined : parseCidr(cidr)) ?? ANYWHERE;
  // Neither the network's nor the gateway's nor the broadcast address.
  const usable = Math.max(block.size - 3, 1);
  const start = hashString(uid) % usable;
  const at = (step: number): string => format(block.base + 2 + ((start + step) % usable));
  const tries = Math.min(usable, 4_096);
  for (let step = 0; step < tries; step += 1) {
    if (!taken(at(step))) {
      return at(step);
    }
  }
  return at(0);
}
