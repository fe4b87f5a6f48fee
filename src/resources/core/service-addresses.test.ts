import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesFor, nodePortsFor, outsideRange } from './service-addresses.ts';

describe('what a service is given', () => {
  it('lies in its ranges, beyond what is left to those who ask, and is the same for every replica', () => {
    fc.assert(
      fc.property(fc.uuid(), (uid) => {
        const addresses = [...addressesFor(uid)];
        expect([...addressesFor(uid)]).toEqual(addresses);
        expect(new Set(addresses).size).toBe(addresses.length);
        expect(addresses.filter((ip) => outsideRange(ip) !== undefined || ip.startsWith('10.96.0.'))).toEqual([]);
        expect(nodePortsFor(uid).next().value).toBeGreaterThanOrEqual(30_086);
      }),
      { numRuns: 20 },
    );
  });

  it('is every node port in the end', () => {
    const ports = [...nodePortsFor('a')].sort((a, b) => a - b);
    expect([ports.length, new Set(ports).size, ports[0], ports.at(-1)]).toEqual([2_768, 2_768, 30_000, 32_767]);
  });
});

it.each([
  ['10.96.0.1', undefined],
  ['10.111.255.254', undefined],
  ['10.95.255.255', 'the provided network does not match the current range'],
  ['10.112.0.0', 'the provided network does not match the current range'],
  ['fd00::1', 'the provided network does not match the current range'],
  ['10.96.0.0', 'provided IP is not in the valid range. The range of valid IPs is 10.96.0.0/12'],
  ['10.111.255.255', 'provided IP is not in the valid range. The range of valid IPs is 10.96.0.0/12'],
])('%s: %s', (ip, expected) => {
  expect(outsideRange(ip)).toBe(expected);
});
