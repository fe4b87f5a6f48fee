import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acceptsGzip } from './compress.ts';

test.each(['gzip', 'GZIP', 'br, gzip;q=0.1', 'gzip, deflate, br', '*', 'br;q=1, *;q=0.5', ' gzip ;q=1.0'])(
  '%s takes gzip',
  (header) => expect(acceptsGzip(header)).toBe(true),
);

test.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip;q=0, *', '*;q=0', 'gzip;q=x', 'xgzip'])(
  '%s does not',
  (header) => expect(acceptsGzip(header)).toBe(false),
);

test('no header breaks it', () => {
  fc.assert(fc.property(fc.string(), (header) => typeof acceptsGzip(header) === 'boolean'));
});
