/** As much of DER as certificate requests need. Source: ITU-T X.690. Throws `DerError` for what is none. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export interface Element {
  readonly tag: number;
  /** With its tag and length. */
  readonly whole: Uint8Array;
  readonly value: Uint8Array;
}

export const TAG = { bitString: 0x03, oid: 0x06, sequence: 0x30 } as const;
/** Four bytes of length are more than any request body has. */
const MAX_LENGTH_BYTES = 4;

function readLength(bytes: Uint8Array, at: number): { length: number; next: number } {
  const first = bytes[at];
  if (first === undefined) {
    throw new DerError('data truncated');
  }
  if (first < 0x80) {
    return { length: first, next: at + 1 };
  }
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_BYTES || at + count >= bytes.length) {
    throw new DerError(count === 0 ? 'indefinite length found (not DER)' : 'length too large');
  }
  const length = bytes.subarray(at + 1, at + 1 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return { length, next: at + 1 + count };
}

/** The elements that `bytes` is made of, to its end. */
export function elementsOf(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { length, next } = readLength(bytes, at + 1);
    if (next + length > bytes.length) {
      throw new DerError('data truncated');
    }
    const whole = bytes.subarray(at, next + length);
    elements.push({ tag: bytes[at] ?? 0, whole, value: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return elements;
}

/** The parts of a sequence that begins with elements of these tags; `undefined` takes any. */
export function sequenceOf(element: Element | undefined, ...tags: readonly (number | undefined)[]): Element[] {
  if (element?.tag !== TAG.sequence) {
    throw new DerError("tags don't match");
  }
  const parts = elementsOf(element.value);
  if (tags.some((tag, index) => parts[index] === undefined || (tag !== undefined && parts[index].tag !== tag))) {
    throw new DerError("tags don't match");
  }
  return parts;
}
