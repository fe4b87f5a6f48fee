import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareVersions } from './version-order.ts';

it('prefers stable to beta to alpha, then the higher number, then the name', () => {
  const ordered = [
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'v11alpha2',
    'foo1',
    'foo10',
    'v0',
  ];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
});

it('is a total order', () => {
  const version = fc.oneof(fc.stringMatching(/^v[0-9]{1,2}((alpha|beta)[0-9]{1,2})?$/), fc.string());
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }
      expect(compareVersions(a, b) === 0).toBe(a === b);
    }),
  );
});
