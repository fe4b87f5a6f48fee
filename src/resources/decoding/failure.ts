/** What decoding refuses, in the words of Go's JSON decoder, which clients and people know. All are 400. */
import { badRequest, type StatusError } from '../../errors.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from '../schema.ts';
import { pathText, type Walk } from './walk.ts';

export function failure({ definition: { kind, version } }: Walk, why: string): StatusError {
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

/** For what Kubernetes would take and Postgres cannot hold. */
export const notStorable = (walk: Walk, depth: number): StatusError =>
  failure(walk, `${pathText(walk.path.slice(0, depth))}: the character U+0000 is not allowed`);

/** A JSON value of the wrong type. */
export function mismatch(walk: Walk, depth: number, value: unknown): StatusError {
  if (depth === 0) {
    return leafMismatch(walk, value, goName(walk.definition.schema));
  }
  const { struct, fields, type } = locate(walk, depth);
  const target = `${struct}.${fields.join('.')} of type ${type}`;
  return failure(walk, `json: cannot unmarshal ${describe(value, type)} into Go struct field ${target}`);
}

/** Of a type that decodes itself: Go's message then names no field. */
export const leafMismatch = (walk: Walk, value: unknown, type: string): StatusError =>
  failure(walk, `json: cannot unmarshal ${describe(value, type)} into Go value of type ${type}`);

/** A number where a number of another sort belongs is shown, as Go does. */
function describe(value: unknown, type: string): string {
  if (Array.isArray(value)) {
    return 'array';
  }
  if (typeof value === 'number' && /^(int|float)\d+$/.test(type)) {
    return `number ${value}`;
  }
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The innermost Go struct on the path, the fields that lead there (no indexes, no map keys), and the type expected. */
function locate({ definition, path }: Walk, depth: number): { struct: string; fields: string[]; type: string } {
  let schema = schemaOf(definition.schema);
  let component: string | undefined = definition.schema;
  let struct = definition.kind;
  const fields: string[] = [];
  let at: OpenApiSchema = schema;
  for (const part of path.slice(0, depth)) {
    const field = typeof part === 'string' ? schema.properties?.[part] : undefined;
    if (field !== undefined) {
      struct = component?.slice(component.lastIndexOf('.') + 1) ?? '';
      fields.push(String(part));
    }
    at = field ?? schema.items ?? schema.additionalProperties ?? {};
    component = referenceOf(at);
    schema = component === undefined ? at : schemaOf(component);
  }
  return { struct, fields, type: goType(at) };
}

/** `v1.Pod` of `io.k8s.api.core.v1.Pod`. */
const goName = (component: string): string => component.split('.').slice(-2).join('.');

const GO_TYPES: Readonly<Record<string, string>> = { boolean: 'bool', number: 'float64', integer: 'int64' };

function goType(schema: OpenApiSchema): string {
  const component = referenceOf(schema);
  if (component !== undefined) {
    return goName(component);
  }
  if (schema.items !== undefined) {
    return `[]${goType(schema.items)}`;
  }
  if (schema.additionalProperties !== undefined) {
    return `map[string]${goType(schema.additionalProperties)}`;
  }
  const { type = 'string', format = '' } = schema;
  return format === 'byte' ? '[]uint8' : format.startsWith('int') ? format : (GO_TYPES[type] ?? type);
}
