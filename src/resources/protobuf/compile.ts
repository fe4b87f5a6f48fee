/** Messages as readers: made once from the field numbers and the schema, at the first use of a component, and kept. */
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject } from '../../values/object.ts';
import { addKey } from '../decoding/leaves.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../schema.ts';
import { LEAVES } from './leaves.ts';
import { type Field, fieldsOf } from './parse-fields.ts';
import { scalarOf, type ValueType } from './value-type.ts';
import { checkWireType, countField, eachField, LENGTH_DELIMITED, type Reader, readText, within } from './wire.ts';

/** Reads up to the reader's end, into `target`. */
export type MessageReader = (reader: Reader, target: JsonObject) => void;
type FieldReader = (reader: Reader, wireType: number, target: JsonObject) => void;

const compiled = new Map<string, MessageReader>();

/** Messages do not contain themselves, so this ends, and so does the nesting of a body. */
export function messageReader(component: string): MessageReader {
  const known = compiled.get(component);
  if (known !== undefined) {
    return known;
  }
  const reader = compileMessage(fieldsOf(component), schemaOf(component));
  compiled.set(component, reader);
  return reader;
}

export function compileMessage(fields: readonly Field[], schema: OpenApiSchema): MessageReader {
  const readers = new Map(fields.map((field) => [field.number, compileField(field, schema)]));
  return (reader, target) =>
    eachField(reader, (number, wireType) => {
      const readField = readers.get(number);
      readField?.(reader, wireType, target);
      return readField !== undefined;
    });
}

function compileField({ name, form }: Field, schema: OpenApiSchema): FieldReader {
  if (form === 'inline') {
    return inlined(name, compileMessage(fieldsOf(name), schema));
  }
  const field = schema.properties?.[name];
  if (field === undefined) {
    throw new Error(`the schema has no field ${name}`);
  }
  if (field.items !== undefined) {
    return list(name, valueType(field.items));
  }
  if (field.additionalProperties !== undefined) {
    return map(name, valueType(field.additionalProperties));
  }
  // What Go's JSON always shows is what the schema requires.
  return single(name, valueType(field), form === 'pointer' || schema.required?.includes(name) === true);
}

function valueType(schema: OpenApiSchema): ValueType {
  if (schema.items !== undefined) {
    return listMessage(valueType(schema.items));
  }
  const component = referenceOf(schema);
  return component === undefined ? scalarOf(schema) : (LEAVES.get(component) ?? struct(messageReader(component)));
}

const struct = (read: MessageReader): ValueType => ({
  wireType: LENGTH_DELIMITED,
  read: (reader, previous) => {
    const target = isJsonObject(previous) ? previous : {};
    within(reader, () => read(reader, target));
    return target;
  },
  zero: () => ({}),
  isScalar: false,
});

const ITEMS = 1;

/** A list as the value of a map: Go gives it a message of its own (ExtraValue). */
const listMessage = (type: ValueType): ValueType => ({
  wireType: LENGTH_DELIMITED,
  read: (reader, previous) => {
    const holder: JsonObject = { items: Array.isArray(previous) ? previous : [] };
    const readItem = list('items', type);
    within(reader, () =>
      eachField(reader, (number, wireType) => {
        if (number === ITEMS) {
          readItem(reader, wireType, holder);
        }
        return number === ITEMS;
      }),
    );
    return holder['items'] ?? [];
  },
  zero: () => [],
  isScalar: false,
});

const inlined =
  (name: string, read: MessageReader): FieldReader =>
  (reader, wireType, target) => {
    checkWireType(wireType, LENGTH_DELIMITED, name);
    within(reader, () => read(reader, target));
  };

const isZero = (value: Json): boolean => value === '' || value === 0 || value === false;

const single =
  (name: string, type: ValueType, keepsZero: boolean): FieldReader =>
  (reader, wireType, target) => {
    checkWireType(wireType, type.wireType, name);
    const value = type.read(reader, target[name]);
    if (value === undefined || (type.isScalar && !keepsZero && isZero(value))) {
      delete target[name];
    } else {
      target[name] = value;
    }
  };

/** Numbers come one by one or packed: a reader must take both. */
const list =
  (name: string, type: ValueType): FieldReader =>
  (reader, wireType, target) => {
    const items = (target[name] ?? []) as Json[];
    target[name] = items;
    if (wireType === LENGTH_DELIMITED && type.wireType !== LENGTH_DELIMITED) {
      within(reader, () => {
        while (reader.pos < reader.len) {
          countField(reader);
          items.push(type.read(reader) ?? type.zero());
        }
      });
      return;
    }
    checkWireType(wireType, type.wireType, name);
    items.push(type.read(reader) ?? type.zero());
  };

const KEY = 1;
const VALUE = 2;

function map(name: string, type: ValueType): FieldReader {
  return (reader, wireType, target) => {
    checkWireType(wireType, LENGTH_DELIMITED, name);
    const entries = (target[name] ?? {}) as JsonObject;
    target[name] = entries;
    let key = '';
    let value: Json | undefined;
    const readEntryField = (number: number, entryWireType: number): boolean => {
      if (number === KEY) {
        checkWireType(entryWireType, LENGTH_DELIMITED, name);
        key = readText(reader);
      } else if (number === VALUE) {
        checkWireType(entryWireType, type.wireType, name);
        value = type.read(reader, value);
      }
      return number === KEY || number === VALUE;
    };
    within(reader, () => eachField(reader, readEntryField));
    addKey(entries, key, value ?? type.zero());
  };
}
