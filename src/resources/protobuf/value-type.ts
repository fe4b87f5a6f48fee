/** How a value of one type is read and written; what composes them is in `compile.ts` and `compile-writer.ts`. */
import type { Json } from '../../values/object.ts';
import type { OpenApiSchema } from '../schema.ts';
import {
  LENGTH_DELIMITED,
  type Reader,
  readBase64,
  readInt64,
  readText,
  VARINT,
  type WireType,
  type Writer,
} from './wire.ts';

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

export interface WrittenType {
  readonly wireType: WireType;
  /** After its tag. `value` is of the type, as all that is stored is. */
  readonly write: (writer: Writer, value: Json) => void;
}

/** Of what contains nothing else. */
export interface LeafType extends ValueType, WrittenType {}

type Scalar = Pick<LeafType, 'read' | 'write'>;

const scalar = (wireType: WireType, zero: Json, { read, write }: Scalar): LeafType => ({
  wireType,
  read,
  write,
  zero: () => zero,
  isScalar: true,
});

const TEXT = scalar(LENGTH_DELIMITED, '', {
  read: readText,
  write: (writer, value) => writer.string(String(value)),
});
const BYTES = scalar(LENGTH_DELIMITED, '', {
  read: readBase64,
  write: (writer, value) => writer.bytes(Buffer.from(String(value), 'base64')),
});
const INT32 = scalar(VARINT, 0, {
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(Number(value)),
});
const INT64 = scalar(VARINT, 0, {
  read: readInt64,
  write: (writer, value) => writer.int64(Number(value)),
});
const BOOLEAN = scalar(VARINT, false, {
  read: (reader) => reader.bool(),
  write: (writer, value) => writer.bool(value === true),
});

export function scalarOf({ type, format }: OpenApiSchema): LeafType {
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
