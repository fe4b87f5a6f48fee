/** Messages as writers: the mirror of `compile.ts`, from the same field numbers and schemas. */
import type { Json, JsonObject } from '../../values/object.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../schema.ts';
import { LEAVES } from './leaves.ts';
import { type Field, fieldsOf } from './parse-fields.ts';
import { scalarOf, type WrittenType } from './value-type.ts';
import { LENGTH_DELIMITED, tagOf, type Writer } from './wire.ts';

/** Writes the fields that `source` has. What has no number, as an object's type, is left out. */
export type MessageWriter = (writer: Writer, source: JsonObject) => void;

const compiled = new Map<string, MessageWriter>();

/** Made at the first use of a component, and kept. */
export function messageWriter(component: string): MessageWriter {
  const known = compiled.get(component);
  if (known !== undefined) {
    return known;
  }
  const writer = compileWriter(fieldsOf(component), schemaOf(component));
  compiled.set(component, writer);
  return writer;
}

export function compileWriter(fields: readonly Field[], schema: OpenApiSchema): MessageWriter {
  const writers = fields.map((field) => compileField(field, schema));
  return (writer, source) => {
    for (const write of writers) {
      write(writer, source);
    }
  };
}

function compileField({ name, number, form }: Field, schema: OpenApiSchema): MessageWriter {
  if (form === 'inline') {
    return inlined(tagOf(number, LENGTH_DELIMITED), compileWriter(fieldsOf(name), schema));
  }
  const field = schema.properties?.[name];
  if (field === undefined) {
    throw new Error(`the schema has no field ${name}`);
  }
  const write = fieldWriter(number, field);
  return (writer, source) => {
    const value = source[name];
    if (value !== undefined && value !== null) {
      write(writer, value);
    }
  };
}

function fieldWriter(number: number, field: OpenApiSchema): WrittenType['write'] {
  if (field.items !== undefined) {
    return list(number, writtenType(field.items));
  }
  if (field.additionalProperties !== undefined) {
    return map(number, writtenType(field.additionalProperties));
  }
  const { wireType, write } = writtenType(field);
  const tag = tagOf(number, wireType);
  return (writer, value) => write(writer.uint32(tag), value);
}

function writtenType(schema: OpenApiSchema): WrittenType {
  if (schema.items !== undefined) {
    return nested(list(ITEMS, writtenType(schema.items)));
  }
  const component = referenceOf(schema);
  return component === undefined ? scalarOf(schema) : (LEAVES.get(component) ?? struct(component));
}

const nested = (writeFields: WrittenType['write']): WrittenType => ({
  wireType: LENGTH_DELIMITED,
  write: (writer, value) => {
    writeFields(writer.fork(), value);
    writer.ldelim();
  },
});

function struct(component: string): WrittenType {
  const write = messageWriter(component);
  return nested((writer, value) => write(writer, value as JsonObject));
}

/** A list as the value of a map is a message of its own. */
const ITEMS = 1;

const inlined =
  (tag: number, write: MessageWriter): MessageWriter =>
  (writer, source) => {
    write(writer.uint32(tag).fork(), source);
    writer.ldelim();
  };

/** One by one, as Go does, also numbers. */
function list(number: number, { wireType, write }: WrittenType): WrittenType['write'] {
  const tag = tagOf(number, wireType);
  return (writer, value) => {
    for (const item of value as Json[]) {
      write(writer.uint32(tag), item);
    }
  };
}

const KEY = tagOf(1, LENGTH_DELIMITED);

function map(number: number, { wireType, write }: WrittenType): WrittenType['write'] {
  const tag = tagOf(number, LENGTH_DELIMITED);
  const valueTag = tagOf(2, wireType);
  return (writer, value) => {
    for (const [key, entry] of Object.entries(value as JsonObject)) {
      writer.uint32(tag).fork().uint32(KEY).string(key);
      write(writer.uint32(valueTag), entry);
      writer.ldelim();
    }
  };
}
