/** How a value of one type is read; what composes them is in `compile.ts`. */
import type { Json } from '../../values/object.ts';
import type { OpenApiSchema } from '../schema.ts';
import { LENGTH_DELIMITED, type Reader, readBase64, readInt64, readText, VARINT, type WireType } from './wire.ts';

export interface ValueType {
  readonly wireType: WireType;
  /**
   * undefined: what was read stands for absent, as an empty Time does. `previous` is what the field holds already: a
   * message that comes in pieces is merged.
   */
  readonly read: (reader: Reader, previous?: Json) => Json | undefined;
  /** What stands in a list or map for an absent value. */
  readonly zero: () => Json;
  /** A scalar's zero is always written, and means absent unless the field is a pointer. */
  readonly isScalar: boolean;
}

const scalar = (wireType: WireType, read: (reader: Reader) => Json, zero: Json): ValueType => ({
  wireType,
  read,
  zero: () => zero,
  isScalar: true,
});

const TEXT = scalar(LENGTH_DELIMITED, readText, '');
const BYTES = scalar(LENGTH_DELIMITED, readBase64, '');
const INT32 = scalar(VARINT, (reader) => reader.int32(), 0);
const INT64 = scalar(VARINT, readInt64, 0);
const BOOLEAN = scalar(VARINT, (reader) => reader.bool(), false);

export function scalarOf({ type, format }: OpenApiSchema): ValueType {
  if (type === 'string') {
    return format === 'byte' ? BYTES : TEXT;
  }
  if (type === 'integer') {
    return format === 'int32' ? INT32 : INT64;
  }
  if (type === 'boolean') {
    return BOOLEAN;
  }
  throw new Error(`no protobuf form of ${type ?? 'a value without a type'}`);
}
