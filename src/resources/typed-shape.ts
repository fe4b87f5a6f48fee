/** How the fields of a kind may be owned, read from the list and map markers of its schema. Source: KEP-555. */
import type { Json, JsonObject } from '../values/object.ts';
import { ATOMIC, type ListShape, type MapShape, type Shape } from '../values/typed/shape.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from './schema.ts';

const shapes = new Map<string, Shape>();

export const shapeOf = ({ schema }: Pick<ResourceDefinition, 'schema'>): Shape => componentShape(schema);

function componentShape(component: string): Shape {
  const known = shapes.get(component);
  if (known !== undefined) {
    return known;
  }
  const shape = fieldShape(schemaOf(component));
  shapes.set(component, shape);
  return shape;
}

function fieldShape(schema: OpenApiSchema): Shape {
  const component = referenceOf(schema);
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === 'atomic') {
    return ATOMIC;
  }
  if (component !== undefined) {
    const { properties, 'x-kubernetes-map-type': ownType } = schemaOf(component);
    const isGranular = mapType === 'granular' && ownType === 'atomic';
    return isGranular && properties !== undefined ? structShape(properties) : componentShape(component);
  }
  if (schema.items !== undefined) {
    return listShape(schema, schema.items);
  }
  if (schema.additionalProperties !== undefined) {
    const item = fieldShape(schema.additionalProperties);
    return { type: 'map', field: () => item, isNamed: () => false };
  }
  return schema.properties === undefined ? ATOMIC : structShape(schema.properties);
}

/** Fields are looked at when they are met: a pod's shape has 800 parts, of which most writes touch few. */
function structShape(properties: Readonly<Record<string, OpenApiSchema>>): MapShape {
  const fields = new Map<string, Shape>();
  const field = (name: string): Shape | undefined => {
    const known = fields.get(name);
    if (known !== undefined || !Object.hasOwn(properties, name)) {
      return known;
    }
    const shape = fieldShape(properties[name] as OpenApiSchema);
    fields.set(name, shape);
    return shape;
  };
  return { type: 'map', field, isNamed: (name) => Object.hasOwn(properties, name) };
}

function listShape(schema: OpenApiSchema, items: OpenApiSchema): Shape {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') {
    return { type: 'list', item: ATOMIC, keys: undefined };
  }
  if (type !== 'map') {
    return ATOMIC;
  }
  const component = referenceOf(items);
  const itemSchema = component === undefined ? items : schemaOf(component);
  const { properties = {} } = itemSchema;
  const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort().map((name) => {
    const { default: preset } = properties[name] ?? {};
    return { name, ...(preset === undefined ? {} : { default: preset }) };
  });
  // A reference to an object, say, is one value, known by its name.
  const item = itemSchema['x-kubernetes-map-type'] === 'atomic' ? ATOMIC : structShape(properties);
  return { type: 'list', item, keys } satisfies ListShape;
}

/**
 * Structs and lists that Go's types always write, though they be empty: nobody who fills them owns them. That shows in
 * FieldsV1 alone, by the `.` that is not there. Source: the fields without omitempty in k8s.io/api.
 */
const ALWAYS_THERE = new Set(['metadata', 'spec', 'status', 'template', 'jobTemplate', 'strategy', 'updateStrategy']);
const ALWAYS_LISTED = new Set(['containers', 'drivers', 'subsets']);

const empties = new Map<string, JsonObject>();

/** The object of a kind of which nothing is set, against which a create is compared. */
export function emptyObject({ schema }: Pick<ResourceDefinition, 'schema'>): JsonObject {
  const known = empties.get(schema) ?? emptyStruct(schemaOf(schema));
  empties.set(schema, known);
  return known;
}

function emptyStruct({ properties = {} }: OpenApiSchema): JsonObject {
  const fields = Object.entries(properties).flatMap(([name, schema]): [string, Json][] => {
    const component = referenceOf(schema);
    if (component !== undefined && ALWAYS_THERE.has(name)) {
      return [[name, emptyStruct(schemaOf(component))]];
    }
    return schema.items !== undefined && ALWAYS_LISTED.has(name) ? [[name, []]] : [];
  });
  return Object.fromEntries(fields);
}
