import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopiedRows } from './copied-rows.ts';

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);

const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
const encode = (rows: readonly (readonly (Uint8Array | null)[])[]): Buffer =>
  Buffer.concat([
    HEADER,
    ...rows.flatMap((fields) => [
      int16(fields.length),
      ...fields.flatMap((field) => (field === null ? [int32(-1)] : [int32(field.length), field])),
    ]),
    TRAILER,
  ]);

const someRows = fc.array(fc.array(fc.option(fc.uint8Array({ maxLength: 40 })), { maxLength: 4 }), { maxLength: 20 });

test('rows are the same however their bytes are cut into pieces', () => {
  fc.assert(
    fc.property(someRows, fc.array(fc.integer({ min: 1, max: 60 })), (rows, cuts) => {
      const bytes = encode(rows);
      const copied = new CopiedRows();
      const seen = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        seen.push(...copied.push(bytes.subarray(at, at + cut)));
        at += cut;
      }
      const plain = (row: readonly (Uint8Array | null)[]) => row.map((field) => field && [...field]);
      expect(seen.map(plain)).toEqual(rows.map(plain));
    }),
  );
});

test('a row of many pieces comes with its last byte', () => {
  const copied = new CopiedRows();
  const bytes = encode([[Buffer.alloc(1_000_000, 'x')]]).subarray(0, -TRAILER.length);
  for (let at = 0; at < bytes.length - 1; at += 64 * 1024) {
    expect(copied.push(bytes.subarray(at, Math.min(at + 64 * 1024, bytes.length - 1)))).toEqual([]);
  }
  const [row] = copied.push(bytes.subarray(-1));
  expect(row?.[0]?.length).toBe(1_000_000);
});
