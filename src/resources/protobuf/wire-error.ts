/** Bytes that are not what they should be, in the words of Go's decoders. Internal to protobuf/. */
export class WireError extends Error {}

/** Readable, but more than one request may hold. */
export class TooManyFields extends Error {}

/** undefined: a fault of ours. protobufjs throws RangeError at an early end and plain errors for the rest. */
export function whyUnreadable(error: unknown): string | undefined {
  if (error instanceof WireError) {
    return error.message;
  }
  if (error instanceof RangeError) {
    return 'unexpected EOF';
  }
  return error instanceof Error && error.constructor === Error ? `proto: ${error.message}` : undefined;
}
