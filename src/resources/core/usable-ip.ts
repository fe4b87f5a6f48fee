/** Addresses that traffic can be sent to. Source: pkg/apis/core/validation, ValidateNonSpecialIP, 1.34. */
import { BlockList, isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { invalidField } from '../field-errors.ts';
import { checkIP } from '../pod/validate-network.ts';

type Subnet = readonly [address: string, prefix: number, family: 'ipv4' | 'ipv6'];

function listOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    list.addSubnet(...subnet);
  }
  return list;
}

const SUBNETS: readonly (readonly [message: string, v4: Subnet, v6: Subnet])[] = [
  ['may not be unspecified (0.0.0.0 or ::)', ['0.0.0.0', 32, 'ipv4'], ['::', 128, 'ipv6']],
  ['may not be in the loopback range (127.0.0.0/8, ::1/128)', ['127.0.0.0', 8, 'ipv4'], ['::1', 128, 'ipv6']],
  [
    'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ['169.254.0.0', 16, 'ipv4'],
    ['fe80::', 10, 'ipv6'],
  ],
  [
    'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    ['224.0.0.0', 24, 'ipv4'],
    ['ff02::', 16, 'ipv6'],
  ],
];
const SPECIAL = SUBNETS.map(([message, ...subnets]) => ({ message, list: listOf(subnets) }));
/** All of them at once: nearly every address is in none, and there may be 50,000. */
const ANY_SPECIAL = listOf(SUBNETS.flatMap(([, ...subnets]) => subnets));

/** An address that is none at all is only reported as such. */
export function checkUsableIP(path: string, ip: string): StatusCause[] {
  const malformed = checkIP(path, ip);
  const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
  if (malformed.length > 0 || !ANY_SPECIAL.check(ip, family)) {
    return malformed;
  }
  return SPECIAL.filter(({ list }) => list.check(ip, family)).map(({ message }) => invalidField(path, ip, message));
}
