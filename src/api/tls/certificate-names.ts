/** The names a serving certificate carries, in one spelling each, so that two lists can be compared. */
import { isIP, SocketAddress } from 'node:net';
import type { JsonGeneralName } from '../../auth/certificates/x509.ts';

/** DNS names in lower case, addresses in canonical form, each once, sorted. */
export function certificateNames(names: readonly string[]): JsonGeneralName[] {
  const canonical = new Set(names.filter((name) => name !== '').map(canonicalName));
  return [...canonical].sort().map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
}

function canonicalName(name: string): string {
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 6 ? new SocketAddress({ address: bare, family: 'ipv6' }).address : bare.toLowerCase();
}

export const sameNames = (a: readonly JsonGeneralName[], b: readonly JsonGeneralName[]): boolean =>
  JSON.stringify(certificateNames(a.map(({ value }) => value))) ===
  JSON.stringify(certificateNames(b.map(({ value }) => value)));
