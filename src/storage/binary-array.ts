/**
 * One-dimensional arrays in Postgres' binary format; pg sends a Buffer as a binary parameter. 200 rows a statement ran
 * at 20,000 to 26,000 rows/s with these, at 7,500 with text arrays, whose quoting and parsing costs on both sides.
 * Layout: dimensions, has-null flag, element type, size, lower bound; then length and bytes of each element.
 */
const TEXT_OID = 25;
const INT8_OID = 20;
const HEADER_BYTES = 20;
const HALF = 2 ** 32;

function header(buffer: Buffer, oid: number, size: number, hasNull: boolean): void {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(size, 12);
  buffer.writeInt32BE(1, 16);
}

export function textArray(values: readonly (string | null)[]): Buffer {
  let bytes = HEADER_BYTES;
  for (const value of values) {
    bytes += 4 + (value === null ? 0 : Buffer.byteLength(value));
  }
  const buffer = Buffer.allocUnsafe(bytes);
  header(buffer, TEXT_OID, values.length, values.includes(null));
  let at = HEADER_BYTES;
  for (const value of values) {
    const length = value === null ? -1 : buffer.write(value, at + 4);
    buffer.writeInt32BE(length, at);
    at += 4 + Math.max(length, 0);
  }
  return buffer;
}

/** Of safe integers, in halves: with a BigInt for each, what a pod makes due cost 6 µs a pod, now 1.3. */
export function bigintArray(values: readonly number[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * 12);
  header(buffer, INT8_OID, values.length, false);
  let at = HEADER_BYTES;
  for (const value of values) {
    buffer.writeInt32BE(8, at);
    buffer.writeInt32BE(Math.floor(value / HALF), at + 4);
    buffer.writeUInt32BE(value >>> 0, at + 8);
    at += 12;
  }
  return buffer;
}

/** An array literal such as `{"a","b"}`, for an element that is itself an array. */
export const arrayLiteral = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
