/**
 * The messages of an OpenAPI 2 document in protobuf, as far as ours fills them. The field numbers are facts of
 * gnostic-models' openapiv2/OpenAPIv2.proto, 0.6.8.
 */

/** What a field holds: text, a truth, a whole number, JSON as text, or a message. */
export type Form = 'string' | 'bool' | 'int' | 'json' | MessageName;
/** By the JSON name. `[]`: repeated; a single value counts as a list of one. */
export type Fields = Readonly<Record<string, readonly [number: number, form: Form | `[] ${Form}`]>>;

export interface Message {
  readonly fields: Fields;
  /** Number of the list of `x-…`. */
  readonly extensions?: number;
  /** The message is nothing but named ones: the number of its list. */
  readonly named?: readonly [number: number, of: MessageName];
  /** The message is a choice: which of its fields this value is. */
  readonly choose?: (value: unknown) => string;
  /** The message holds in its only field what JSON has without it. */
  readonly wraps?: true;
}

const isReference = (value: unknown): boolean => typeof value === 'object' && value !== null && '$ref' in value;
const placeOf = (value: unknown): string => (value as { readonly in: string }).in;
const parameter: Fields = {
  ...{ required: [1, 'bool'], in: [2, 'string'], description: [3, 'string'], name: [4, 'string'] },
};

export type MessageName =
  | ('document' | 'info' | 'tag' | 'definitions' | 'schema' | 'types' | 'itemTypes' | 'properties' | 'additional')
  | ('paths' | 'pathItem' | 'operation' | 'parameters' | 'parameterChoice' | 'anyParameter' | 'bodyParameter')
  | ('otherParameter' | 'queryParameter' | 'pathParameter' | 'headerParameter' | 'reference' | 'responses')
  | ('anyResponse' | 'response' | 'anySchema');

export const MESSAGES: Readonly<Record<MessageName, Message>> = {
  document: {
    fields: {
      ...{ swagger: [1, 'string'], info: [2, 'info'], paths: [8, 'paths'], definitions: [9, 'definitions'] },
      ...{ parameters: [10, 'parameters'], tags: [14, '[] tag'] },
    },
  },
  info: { fields: { title: [1, 'string'], version: [2, 'string'], description: [3, 'string'] }, extensions: 7 },
  tag: { fields: { name: [1, 'string'], description: [2, 'string'] }, extensions: 4 },
  definitions: { fields: {}, named: [1, 'schema'] },
  properties: { fields: {}, named: [1, 'schema'] },
  schema: {
    fields: {
      ...{ $ref: [1, 'string'], format: [2, 'string'], description: [4, 'string'], default: [5, 'json'] },
      ...{ maxLength: [11, 'int'], minLength: [12, 'int'], pattern: [13, 'string'], maxItems: [14, 'int'] },
      ...{ minItems: [15, 'int'], required: [19, '[] string'], enum: [20, '[] json'] },
      ...{ additionalProperties: [21, 'additional'], type: [22, 'types'], items: [23, 'itemTypes'] },
      ...{ properties: [25, 'properties'], readOnly: [27, 'bool'] },
    },
    extensions: 31,
  },
  types: { fields: { value: [1, '[] string'] }, wraps: true },
  itemTypes: { fields: { schema: [1, '[] schema'] }, wraps: true },
  additional: {
    fields: { schema: [1, 'schema'], boolean: [2, 'bool'] },
    choose: (value) => (typeof value === 'boolean' ? 'boolean' : 'schema'),
  },
  paths: { fields: {}, named: [2, 'pathItem'] },
  pathItem: {
    fields: {
      ...{ get: [2, 'operation'], put: [3, 'operation'], post: [4, 'operation'], delete: [5, 'operation'] },
      ...{ options: [6, 'operation'], head: [7, 'operation'], patch: [8, 'operation'] },
      parameters: [9, '[] parameterChoice'],
    },
    extensions: 10,
  },
  operation: {
    fields: {
      ...{ tags: [1, '[] string'], summary: [2, 'string'], description: [3, 'string'], operationId: [5, 'string'] },
      ...{ produces: [6, '[] string'], consumes: [7, '[] string'], parameters: [8, '[] parameterChoice'] },
      ...{ responses: [9, 'responses'], deprecated: [11, 'bool'] },
    },
    extensions: 13,
  },
  parameters: { fields: {}, named: [1, 'anyParameter'] },
  parameterChoice: {
    fields: { parameter: [1, 'anyParameter'], reference: [2, 'reference'] },
    choose: (value) => (isReference(value) ? 'reference' : 'parameter'),
  },
  reference: { fields: { $ref: [1, 'string'] } },
  anyParameter: {
    fields: { body: [1, 'bodyParameter'], other: [2, 'otherParameter'] },
    choose: (value) => (placeOf(value) === 'body' ? 'body' : 'other'),
  },
  bodyParameter: {
    fields: {
      ...{ description: [1, 'string'], name: [2, 'string'], in: [3, 'string'], required: [4, 'bool'] },
      schema: [5, 'schema'],
    },
  },
  otherParameter: {
    fields: { header: [1, 'headerParameter'], query: [3, 'queryParameter'], path: [4, 'pathParameter'] },
    choose: placeOf,
  },
  queryParameter: { fields: { ...parameter, type: [6, 'string'], format: [7, 'string'] } },
  pathParameter: { fields: { ...parameter, type: [5, 'string'], format: [6, 'string'] } },
  headerParameter: { fields: { ...parameter, type: [5, 'string'], format: [6, 'string'] } },
  responses: { fields: {}, named: [1, 'anyResponse'] },
  anyResponse: {
    fields: { response: [1, 'response'], reference: [2, 'reference'] },
    choose: (value) => (isReference(value) ? 'reference' : 'response'),
  },
  response: { fields: { description: [1, 'string'], schema: [2, 'anySchema'] } },
  anySchema: { fields: { schema: [1, 'schema'] }, choose: () => 'schema' },
};
