/** Writes a Swagger 2 document as the protobuf that kubectl's client-side validation reads. Pure. */
import protobuf from 'protobufjs/minimal.js';
import { type Form, MESSAGES, type Message, type MessageName } from './messages.ts';

type Writer = protobuf.Writer;
type Json = Readonly<Record<string, unknown>>;

const TEXT = 2;
const tag = (number: number, wireType: number): number => ((number << 3) | wireType) >>> 0;

/** Any: its YAML, of which JSON is a part. */
const writeJson = (writer: Writer, number: number, value: unknown): Writer =>
  nested(writer, number, () => writer.uint32(tag(2, TEXT)).string(JSON.stringify(value)));

function nested(writer: Writer, number: number, write: () => unknown): Writer {
  writer.uint32(tag(number, TEXT)).fork();
  write();
  return writer.ldelim();
}

const writeNamed = (writer: Writer, number: number, name: string, write: () => unknown): Writer =>
  nested(writer, number, () => {
    writer.uint32(tag(1, TEXT)).string(name);
    write();
  });

function writeValue(writer: Writer, number: number, form: Form, value: unknown): void {
  if (form === 'string') {
    writer.uint32(tag(number, TEXT)).string(String(value));
  } else if (form === 'bool') {
    writer.uint32(tag(number, 0)).bool(value === true);
  } else if (form === 'int') {
    writer.uint32(tag(number, 0)).int64(Number(value));
  } else if (form === 'json') {
    writeJson(writer, number, value);
  } else {
    nested(writer, number, () => writeMessage(writer, MESSAGES[form as MessageName], value));
  }
}

function writeField(writer: Writer, number: number, form: string, value: unknown): void {
  if (form.startsWith('[] ')) {
    for (const item of Array.isArray(value) ? value : [value]) {
      writeValue(writer, number, form.slice('[] '.length) as Form, item);
    }
  } else {
    writeValue(writer, number, form as Form, value);
  }
}

/** The value with a name for each field of the message. */
function toFields({ fields, choose, wraps }: Message, value: unknown): Json {
  if (choose !== undefined) {
    return { [choose(value)]: value };
  }
  const [first] = Object.keys(fields);
  return wraps === true && first !== undefined ? { [first]: value } : (value as Json);
}

function writeMessage(writer: Writer, message: Message, value: unknown): void {
  const { fields, extensions, named } = message;
  for (const [name, inner] of Object.entries(toFields(message, value))) {
    const field = fields[name];
    if (named !== undefined) {
      writeNamed(writer, named[0], name, () => writeValue(writer, 2, named[1], inner));
    } else if (field !== undefined) {
      writeField(writer, field[0], field[1], inner);
    } else if (extensions !== undefined && name.startsWith('x-')) {
      writeNamed(writer, extensions, name, () => writeJson(writer, 2, inner));
    }
  }
}

export function encodeSwagger2(document: object): Uint8Array {
  const writer = protobuf.Writer.create();
  writeMessage(writer, MESSAGES.document, document);
  return writer.finish();
}
