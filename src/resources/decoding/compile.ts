/** Schemas as decoders: one closure a struct, list or map, made at the first use of a component and kept. */
import type { Json, JsonObject } from '../../values/object.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../schema.ts';
import { mismatch } from './failure.ts';
import { addKey, LEAVES } from './leaves.ts';
import { boolean, bytes, decodeText, double, int32, int64, string } from './scalars.ts';
import { type Decoder, isRecord, noteUnknownField } from './walk.ts';

const compiled = new Map<string, Decoder>();

/** The decoder of a component. Components do not contain themselves, so this ends. */
export function decoderOf(component: string): Decoder {
  const known = compiled.get(component);
  if (known !== undefined) {
    return known;
  }
  const decoder = LEAVES[component] ?? compile(schemaOf(component));
  compiled.set(component, decoder);
  return decoder;
}

function compile(schema: OpenApiSchema): Decoder {
  const component = referenceOf(schema);
  if (component !== undefined) {
    return decoderOf(component);
  }
  if (schema.items !== undefined) {
    return list(compile(schema.items), zeroOf(schema.items));
  }
  if (schema.additionalProperties !== undefined) {
    return map(compile(schema.additionalProperties), zeroOf(schema.additionalProperties));
  }
  return schema.properties === undefined ? scalar(schema) : struct(schema.properties);
}

function scalar({ type, format }: OpenApiSchema): Decoder {
  if (type === 'string') {
    return format === 'byte' ? bytes : string;
  }
  if (type === 'integer') {
    return format === 'int32' ? int32 : int64;
  }
  return type === 'boolean' ? boolean : double;
}

/** What a null stands for where it cannot be left out: Go's zero value. */
function zeroOf(schema: OpenApiSchema): () => Json {
  const component = referenceOf(schema);
  const { type } = component === undefined ? schema : schemaOf(component);
  const zeros: Readonly<Record<string, () => Json>> = {
    object: () => ({}),
    array: () => [],
    boolean: () => false,
    integer: () => 0,
    number: () => 0,
    string: () => '',
  };
  // Quantity and IntOrString, which have no single type, both write zero so.
  return (type === undefined ? undefined : zeros[type]) ?? (() => '0');
}

function struct(properties: Readonly<Record<string, OpenApiSchema>>): Decoder {
  const decoders = new Map(Object.entries(properties).map(([name, schema]) => [name, compile(schema)]));
  return (value, walk, depth) => {
    if (!isRecord(value)) {
      throw mismatch(walk, depth, value);
    }
    const copy: JsonObject = {};
    for (const name of Object.keys(value)) {
      const decoder = decoders.get(name);
      const field = value[name];
      walk.path[depth] = name;
      if (decoder === undefined) {
        noteUnknownField(walk, depth + 1);
      } else if (field !== null && field !== undefined) {
        copy[name] = decoder(field, walk, depth + 1);
      }
    }
    return copy;
  };
}

function list(item: Decoder, zero: () => Json): Decoder {
  return (value, walk, depth) => {
    if (!Array.isArray(value)) {
      throw mismatch(walk, depth, value);
    }
    const copy: Json[] = [];
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i];
      walk.path[depth] = i;
      copy.push(element === null || element === undefined ? zero() : item(element, walk, depth + 1));
    }
    return copy;
  };
}

function map(item: Decoder, zero: () => Json): Decoder {
  return (value, walk, depth) => {
    if (!isRecord(value)) {
      throw mismatch(walk, depth, value);
    }
    const copy: JsonObject = {};
    for (const key of Object.keys(value)) {
      const element = value[key];
      walk.path[depth] = key;
      const decoded = element === null || element === undefined ? zero() : item(element, walk, depth + 1);
      addKey(copy, decodeText(key, walk, depth + 1), decoded);
    }
    return copy;
  };
}
