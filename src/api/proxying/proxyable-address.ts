/** Addresses that a proxy may be sent to: none of the server's own. Source: apimachinery's util/proxy, IsProxyableIP. */
import { BlockList, isIP } from 'node:net';
import { badRequest } from '../../errors.ts';

const REFUSED = new BlockList();
for (const [net, prefix, family] of [
  ['0.0.0.0', 32, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 24, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff01::', 16, 'ipv6'],
  ['ff02::', 16, 'ipv6'],
] as const) {
  REFUSED.addSubnet(net, prefix, family);
}

const FAMILIES: Readonly<Record<number, 'ipv4' | 'ipv6'>> = { 4: 'ipv4', 6: 'ipv6' };

/** Also for a pod that has no address yet. Throws 400. */
export function checkProxyable(address: string): void {
  const family = FAMILIES[isIP(address)];
  if (family === undefined || REFUSED.check(address, family)) {
    throw badRequest('address not allowed');
  }
}
