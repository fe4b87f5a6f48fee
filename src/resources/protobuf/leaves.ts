/** The messages whose JSON form is no object, by the name of their component. */
import type { Json } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { ValueType } from './value-type.ts';
import {
  checkWireType,
  eachField,
  LENGTH_DELIMITED,
  type Reader,
  readInt64,
  readText,
  VARINT,
  within,
} from './wire.ts';
import { WireError } from './wire-error.ts';

const leaf = (readFields: (reader: Reader) => Json | undefined, zero: Json): ValueType => ({
  wireType: LENGTH_DELIMITED,
  read: (reader) => {
    let value: Json | undefined;
    within(reader, () => {
      value = readFields(reader);
    });
    return value;
  },
  zero: () => zero,
  isScalar: false,
});

/** The single text or bytes field that a message wraps. */
function readWrapped(reader: Reader): string | undefined {
  let text: string | undefined;
  eachField(reader, (number, wireType) => {
    if (number !== 1) {
      return false;
    }
    checkWireType(wireType, LENGTH_DELIMITED, 'raw');
    text = readText(reader);
    return true;
  });
  return text;
}

function parseRaw(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new WireError(`json: ${(error as Error).message}`, { cause: error });
  }
}

/** Of RawExtension and FieldsV1: JSON inside protobuf. */
function readRaw(reader: Reader): Json | undefined {
  const text = readWrapped(reader);
  return text === undefined || text === '' ? undefined : parseRaw(text);
}

/** Numbers by their field, all of them varints; texts of field 3 aside. */
function readIntOrString(reader: Reader): Json {
  const numbers = [0, 0, 0];
  let text = '';
  eachField(reader, (number, wireType) => {
    if (number === 1 || number === 2) {
      checkWireType(wireType, VARINT, number === 1 ? 'type' : 'intVal');
      numbers[number] = number === 1 ? readInt64(reader) : reader.int32();
    } else if (number === 3) {
      checkWireType(wireType, LENGTH_DELIMITED, 'strVal');
      text = readText(reader);
    }
    return number >= 1 && number <= 3;
  });
  const [, type, integer = 0] = numbers;
  if (type !== 0 && type !== 1) {
    throw new WireError('impossible IntOrString.Type');
  }
  return type === 0 ? integer : text;
}

/** Beyond these years RFC 3339 has no form. */
const FIRST_SECOND = Date.parse('0001-01-01T00:00:00Z') / 1_000;
const LAST_SECOND = Date.UTC(10_000, 0, 1) / 1_000 - 1;

/** An empty message is Go's zero time, which is absent; nothing of a Timestamp's is ever left out otherwise. */
function readTimestamp(reader: Reader): { seconds: number; nanos: number } | undefined {
  if (reader.pos === reader.len) {
    return undefined;
  }
  const time = { seconds: 0, nanos: 0 };
  eachField(reader, (number, wireType) => {
    if (number !== 1 && number !== 2) {
      return false;
    }
    checkWireType(wireType, VARINT, number === 1 ? 'seconds' : 'nanos');
    if (number === 1) {
      time.seconds = readInt64(reader);
    } else {
      time.nanos = reader.int32();
    }
    return true;
  });
  if (!(time.seconds >= FIRST_SECOND && time.seconds <= LAST_SECOND && time.nanos >= 0 && time.nanos < 1e9)) {
    throw new WireError('proto: timestamp out of range');
  }
  return time;
}

/** Whole seconds: what is below them is not read, as in Go. */
function readTime(reader: Reader): Json | undefined {
  const time = readTimestamp(reader);
  return time === undefined ? undefined : formatTime(time.seconds * 1_000);
}

function readMicroTime(reader: Reader): Json | undefined {
  const time = readTimestamp(reader);
  if (time === undefined) {
    return undefined;
  }
  const micros = String(Math.floor(time.nanos / 1_000)).padStart(6, '0');
  return formatTime(time.seconds * 1_000).replace('Z', `.${micros}Z`);
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const LEAVES: ReadonlyMap<string, ValueType> = new Map([
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', leaf((reader) => readWrapped(reader) ?? '0', '0')],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', leaf(readIntOrString, 0)],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', leaf(readRaw, {})],
  [`${META}.FieldsV1`, leaf(readRaw, {})],
  [`${META}.MicroTime`, leaf(readMicroTime, '')],
  [`${META}.Time`, leaf(readTime, '')],
]);
