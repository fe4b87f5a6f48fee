import fc from 'fast-check';
import { expect, it } from 'vitest';
import { certificateNames } from './certificate-names.ts';

it('gives each name once, in one spelling', () => {
  expect(certificateNames(['B.example', 'b.example', '[::1]', '0:0:0:0:0:0:0:1', '', '127.0.0.1'])).toEqual([
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
    { type: 'dns', value: 'b.example' },
  ]);
});

it('does not depend on the order, and is its own fixed point', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6())), (names) => {
      const once = certificateNames(names);
      expect(certificateNames([...names].reverse())).toEqual(once);
      expect(certificateNames(once.map(({ value }) => value))).toEqual(once);
    }),
  );
});
