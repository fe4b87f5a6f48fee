/** Addresses of a virtual node. It listens nowhere; they only have to be steady and, as far as a hash allows, distinct. */
import { hashString } from '../timing/random.ts';
import type { Node } from './node.ts';

/** Within 100.64.0.0/10, the range for carriers, which no pod or host here uses. */
export function addressOf(nodeName: string): string {
  const offset = hashString(nodeName) % (2 ** 22 - 2);
  const address = 0x64400000 + 1 + offset;
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The node's address as it was registered. */
export const internalIP = (node: Node): string =>
  node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? addressOf(node.metadata.name);

/**
 * A block of 10.0.0.0/8 with room for `pods` addresses and as much again, at least a /24, for nodes that nobody gave one.
 * Distinct only as far as a hash allows: an allocator of the control plane may set spec.podCIDR before.
 */
export function podCidrOf(nodeName: string, pods: number): string {
  const prefix = Math.max(9, Math.min(24, 32 - Math.ceil(Math.log2(Math.max(pods, 1) * 2))));
  const blocks = 2 ** (prefix - 8);
  const base = 0x0a000000 + (hashString(nodeName) % blocks) * 2 ** (32 - prefix);
  return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join('.')}/${prefix}`;
}
