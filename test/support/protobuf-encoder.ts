/** The JSON form of a component as a protobuf body, by the same field numbers; lists of numbers packed or one by one. */
import protobuf, { type Writer } from 'protobufjs/minimal.js';
import { type Field, fieldsOf } from '../../src/resources/protobuf/parse-fields.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../../src/resources/schema.ts';

const VARINT = 0;
const LENGTH_DELIMITED = 2;

type Write = (writer: Writer, value: unknown) => void;
type Properties = Readonly<Record<string, unknown>>;

const tag = (writer: Writer, number: number, wireType: number): Writer => writer.uint32((number << 3) | wireType);

const nested =
  (write: Write): Write =>
  (writer, value) => {
    write(writer.fork(), value);
    writer.ldelim();
  };

const LEAVES: Readonly<Record<string, Write>> = {
  Quantity: (writer, value) => tag(writer, 1, LENGTH_DELIMITED).string(String(value)),
  IntOrString: (writer, value) =>
    typeof value === 'number'
      ? tag(tag(writer, 1, VARINT).int64(0), 2, VARINT).int32(value)
      : tag(tag(writer, 1, VARINT).int64(1), 3, LENGTH_DELIMITED).string(String(value)),
  RawExtension: (writer, value) => tag(writer, 1, LENGTH_DELIMITED).string(JSON.stringify(value)),
  FieldsV1: (writer, value) => tag(writer, 1, LENGTH_DELIMITED).string(JSON.stringify(value)),
  Time: writeTime,
  MicroTime: writeTime,
};

function writeTime(writer: Writer, value: unknown): void {
  const text = String(value);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  tag(writer, 1, VARINT).int64(Math.floor(Date.parse(text) / 1_000));
  tag(writer, 2, VARINT).int32(Number(fraction.padEnd(9, '0')));
}

const SCALARS: Readonly<Record<string, Write>> = {
  string: (writer, value) => writer.string(String(value)),
  byte: (writer, value) => writer.bytes(Buffer.from(String(value), 'base64')),
  integer: (writer, value) => writer.int64(Number(value)),
  boolean: (writer, value) => writer.bool(value === true),
};

/** How a single value of the schema is written after its tag. */
function valueForm(schema: OpenApiSchema): { readonly wireType: number; readonly write: Write } {
  const component = referenceOf(schema);
  if (component !== undefined) {
    const leaf = LEAVES[component.slice(component.lastIndexOf('.') + 1)];
    return { wireType: LENGTH_DELIMITED, write: nested(leaf ?? message(fieldsOf(component), schemaOf(component))) };
  }
  const { items } = schema;
  if (items !== undefined) {
    return {
      wireType: LENGTH_DELIMITED,
      write: nested((writer, value) => writeList(writer, 1, items, value as unknown[])),
    };
  }
  const { type = '', format = '' } = schema;
  const write = SCALARS[format] ?? SCALARS[type];
  if (write === undefined) {
    throw new Error(`no scalar ${type}`);
  }
  return { wireType: type === 'string' ? LENGTH_DELIMITED : VARINT, write };
}

const message =
  (fields: readonly Field[], schema: OpenApiSchema): Write =>
  (writer, value) => {
    for (const field of fields) {
      writeField(writer, field, schema, value as Properties);
    }
  };

function writeField(writer: Writer, { name, number, form }: Field, schema: OpenApiSchema, object: Properties): void {
  const { items, additionalProperties, ...single } = schema.properties?.[name] ?? {};
  const value = object[name];
  if (form === 'inline') {
    nested(message(fieldsOf(name), schema))(tag(writer, number, LENGTH_DELIMITED), object);
  } else if (value === undefined) {
    return;
  } else if (items !== undefined) {
    writeList(writer, number, items, value as unknown[]);
  } else if (additionalProperties !== undefined) {
    for (const entry of Object.entries(value as Properties)) {
      nested(mapEntry(additionalProperties))(tag(writer, number, LENGTH_DELIMITED), entry);
    }
  } else {
    const { wireType, write } = valueForm(single);
    write(tag(writer, number, wireType), value);
  }
}

/** Numbers of an even count are packed. */
function writeList(writer: Writer, number: number, items: OpenApiSchema, values: readonly unknown[]): void {
  const { wireType, write } = valueForm(items);
  if (wireType === VARINT && values.length % 2 === 0) {
    tag(writer, number, LENGTH_DELIMITED).fork();
    values.forEach((value) => void write(writer, value));
    writer.ldelim();
    return;
  }
  for (const value of values) {
    write(tag(writer, number, wireType), value);
  }
}

const mapEntry =
  (schema: OpenApiSchema): Write =>
  (writer, entry) => {
    const [key, value] = entry as [string, unknown];
    const { wireType, write } = valueForm(schema);
    tag(writer, 1, LENGTH_DELIMITED).string(key);
    write(tag(writer, 2, wireType), value);
  };

/** The magic number and runtime.Unknown around bytes. */
export function envelope(apiVersion: string, kind: string, raw: Uint8Array): Buffer {
  const writer = protobuf.Writer.create();
  tag(writer, 1, LENGTH_DELIMITED).fork();
  tag(writer, 1, LENGTH_DELIMITED).string(apiVersion);
  tag(writer, 2, LENGTH_DELIMITED).string(kind);
  tag(writer.ldelim(), 2, LENGTH_DELIMITED).bytes(raw);
  return Buffer.concat([Buffer.from('k8s\0'), writer.finish()]);
}

/** `object` in canonical JSON form, with apiVersion and kind. Fields without a number are left out. */
export function encodeProtobuf(component: string, object: Properties): Buffer {
  const writer = protobuf.Writer.create();
  message(fieldsOf(component), schemaOf(component))(writer, object);
  return envelope(String(object['apiVersion']), String(object['kind']), writer.finish());
}
