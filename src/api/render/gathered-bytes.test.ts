import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatheredBytes } from './gathered-bytes.ts';

test('everything comes out once, in order, in chunks of a bounded size', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('x'.repeat(100_000), 'é'.repeat(100_000), Buffer.alloc(300_000, 1), '€'.repeat(300_000)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(part, fc.boolean())), (parts) => {
      const gathered = new GatheredBytes();
      const chunks: Buffer[] = [];
      for (const [one, isTaken] of parts) {
        gathered.add(one);
        chunks.push(...(isTaken ? gathered.full() : []));
      }
      chunks.push(...gathered.rest());
      // Not toEqual: it takes seconds for megabytes.
      const whole = Buffer.concat(parts.map(([one]) => Buffer.from(one as string)));
      expect(Buffer.concat(chunks).equals(whole)).toBe(true);
      expect(gathered.rest()).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
