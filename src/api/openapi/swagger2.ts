/** An OpenAPI 3 document as Swagger 2, for Headlamp and old clients. What 2.0 cannot say (oneOf, anyOf) is left out. */
import {
  type BodySchema,
  METHODS,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type PathItem,
  type Reference,
} from './document.ts';

/** Schemas hold references to components in one place only in 2.0: `definitions`. */
const toDefinition = (reference: string): string => reference.replace('#/components/schemas/', '#/definitions/');

function schema2(schema: BodySchema): object {
  const { $ref, allOf, oneOf, anyOf, items, properties, additionalProperties, ...rest } = schema;
  const reference = $ref ?? allOf?.[0]?.$ref;
  return {
    // Kubernetes' own 2.0 document calls quantities and int-or-strings strings.
    ...(oneOf !== undefined && { type: oneOf.some(({ type }) => type === 'string') ? 'string' : 'object' }),
    ...(anyOf !== undefined && { type: 'object' }),
    ...rest,
    ...(reference !== undefined && { $ref: toDefinition(reference) }),
    ...(items !== undefined && { items: schema2(items) }),
    ...(additionalProperties !== undefined && { additionalProperties: schema2(additionalProperties) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, schema2(property)])),
    }),
  };
}

function parameter2(parameter: Parameter | Reference): object {
  if ('$ref' in parameter) {
    return { $ref: parameter.$ref.replace('#/components/parameters/', '#/parameters/') };
  }
  const { schema, ...rest } = parameter;
  return { ...rest, ...schema2(schema) };
}

function operation2({ requestBody, responses, parameters = [], ...rest }: Operation): object {
  const [body] = Object.values(requestBody?.content ?? {});
  const produces = Object.values(responses).flatMap(({ content = {} }) => Object.keys(content));
  return {
    ...rest,
    consumes: Object.keys(requestBody?.content ?? {}),
    produces: [...new Set(produces)],
    parameters: [
      ...parameters.map(parameter2),
      ...(body === undefined
        ? []
        : [{ name: 'body', in: 'body', required: requestBody?.required ?? false, schema: schema2(body.schema) }]),
    ],
    responses: Object.fromEntries(
      Object.entries(responses).map(([code, { description, content = {} }]) => {
        const [first] = Object.values(content);
        return [code, { description, ...(first !== undefined && { schema: schema2(first.schema) }) }];
      }),
    ),
  };
}

const path2 = (item: PathItem): object =>
  Object.fromEntries([
    ...(item.parameters === undefined ? [] : [['parameters', item.parameters.map(parameter2)]]),
    ...METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [[method, operation2(operation)]];
    }),
  ]);

const mapValues = <T>(record: Readonly<Record<string, T>>, change: (value: T) => object): object =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

export const swagger2 = ({ info, tags = [], paths, components }: OpenApiDocument): object => ({
  swagger: '2.0',
  info,
  tags,
  paths: mapValues(paths, path2),
  definitions: mapValues(components.schemas, schema2),
  parameters: mapValues(components.parameters ?? {}, parameter2),
  securityDefinitions: { bearer: { type: 'apiKey', name: 'authorization', in: 'header', description: 'Bearer token' } },
  security: [{ bearer: [] }],
});
