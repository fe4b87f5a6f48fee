/** Addresses that traffic can be sent to. Source: pkg/apis/core/validation, ValidateNonSpecialIP, 1.34. */
import { BlockList, isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { invalidField } from '../field-errors.ts';
import { checkIP } from '../pod/validate-network.ts';

type Subnet = readonly [address: string, prefix: number];

function listOf(...[v4, v6]: readonly [Subnet, Subnet]): BlockList {
  const list = new BlockList();
  list.addSubnet(...v4, 'ipv4');
  list.addSubnet(...v6, 'ipv6');
  return list;
}

const SPECIAL: readonly (readonly [message: string, list: BlockList])[] = [
  ['may not be unspecified (0.0.0.0 or ::)', listOf(['0.0.0.0', 32], ['::', 128])],
  ['may not be in the loopback range (127.0.0.0/8, ::1/128)', listOf(['127.0.0.0', 8], ['::1', 128])],
  ['may not be in the link-local range (169.254.0.0/16, fe80::/10)', listOf(['169.254.0.0', 16], ['fe80::', 10])],
  ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)', listOf(['224.0.0.0', 24], ['ff02::', 16])],
];

/** An address that is none at all is only reported as such. */
export function checkUsableIP(path: string, ip: string): StatusCause[] {
  const malformed = checkIP(path, ip);
  const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
  return malformed.length > 0
    ? malformed
    : SPECIAL.filter(([, list]) => list.check(ip, family)).map(([message]) => invalidField(path, ip, message));
}
