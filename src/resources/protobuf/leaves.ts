/** The messages whose JSON form is no object, by the name of their component. */
import type { Json } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { LeafType } from './value-type.ts';
import {
  checkWireType,
  eachField,
  LENGTH_DELIMITED,
  type Reader,
  readInt64,
  readText,
  tagOf,
  VARINT,
  type Writer,
  within,
} from './wire.ts';
import { WireError } from './wire-error.ts';

type WriteFields = (writer: Writer, value: Json) => void;

const leaf = (zero: Json, readFields: (reader: Reader) => Json | undefined, writeFields: WriteFields): LeafType => ({
  wireType: LENGTH_DELIMITED,
  read: (reader) => {
    let value: Json | undefined;
    within(reader, () => {
      value = readFields(reader);
    });
    return value;
  },
  write: (writer, value) => {
    writeFields(writer.fork(), value);
    writer.ldelim();
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

const WRAPPED = tagOf(1, LENGTH_DELIMITED);
const writeWrapped: WriteFields = (writer, value) => writer.uint32(WRAPPED).string(String(value));

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

const writeRaw: WriteFields = (writer, value) => writer.uint32(WRAPPED).string(JSON.stringify(value));

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

const TYPE = tagOf(1, VARINT);
const INTEGER = tagOf(2, VARINT);
const STRING = tagOf(3, LENGTH_DELIMITED);

function writeIntOrString(writer: Writer, value: Json): void {
  if (typeof value === 'number') {
    writer.uint32(TYPE).int32(0).uint32(INTEGER).int32(value);
  } else {
    writer.uint32(TYPE).int32(1).uint32(STRING).string(String(value));
  }
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

const SECONDS = tagOf(1, VARINT);
const NANOS = tagOf(2, VARINT);

/** What is not there is not called; a text that is no time is Go's zero time, an empty message. */
function writeTime(writer: Writer, value: Json): void {
  const text = String(value);
  const seconds = Math.floor(Date.parse(text) / 1_000);
  if (!Number.isNaN(seconds)) {
    const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? '';
    writer
      .uint32(SECONDS)
      .int64(seconds)
      .uint32(NANOS)
      .int32(Number(fraction.padEnd(9, '0')));
  }
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const LEAVES: ReadonlyMap<string, LeafType> = new Map([
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', leaf('0', (reader) => readWrapped(reader) ?? '0', writeWrapped)],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', leaf(0, readIntOrString, writeIntOrString)],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', leaf({}, readRaw, writeRaw)],
  [`${META}.FieldsV1`, leaf({}, readRaw, writeRaw)],
  [`${META}.MicroTime`, leaf('', readMicroTime, writeTime)],
  [`${META}.Time`, leaf('', readTime, writeTime)],
]);
