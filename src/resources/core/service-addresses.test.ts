import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterIPOf, nodePortOf } from './service-addresses.ts';

describe('what a service is given', () => {
  it('lies in its ranges, and is the same for every replica', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat({ max: 9 }), (uid, attempt) => {
        const address = clusterIPOf(uid);
        expect(clusterIPOf(uid)).toBe(address);
        const [first, second, ...rest] = address.split('.').map(Number);
        expect([first, rest.length]).toEqual([10, 2]);
        expect(second).toBeGreaterThanOrEqual(96);
        expect(second).toBeLessThanOrEqual(111);
        expect(nodePortOf(uid, 0, attempt)).toBeGreaterThanOrEqual(30_000);
        expect(nodePortOf(uid, 0, attempt)).toBeLessThanOrEqual(32_767);
      }),
    );
  });
});
