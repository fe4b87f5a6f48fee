/** The forms of an item and of its answer: what comes in is checked against them, and the OpenAPI file is made of them. */
import type { OpenApiSchema } from '../../resources/schema.ts';

type Properties = Readonly<Record<string, OpenApiSchema>>;

const TEXT: OpenApiSchema = { type: 'string' };
const ID: OpenApiSchema = { type: 'string', description: "The client's own name for the item, echoed in its answer." };

const item = (op: string, description: string, properties: Properties, required: readonly string[]): OpenApiSchema => ({
  type: 'object',
  description,
  required: ['op', ...required],
  properties: { op: { type: 'string', enum: [op] }, id: ID, ...properties },
});

const TARGET: Properties = {
  apiVersion: TEXT,
  kind: TEXT,
  namespace: { type: 'string', description: 'Left out for kinds that have none.' },
  name: { type: 'string', minLength: 1 },
};
const WHOLE_OBJECT: OpenApiSchema = {
  type: 'object',
  description: 'The whole object, with apiVersion, kind and, where the kind has them, metadata.namespace.',
  'x-kubernetes-preserve-unknown-fields': true,
};
const SUBRESOURCE: OpenApiSchema = { type: 'string', enum: ['status'] };
const TARGET_REQUIRED = ['apiVersion', 'kind', 'name'];

export const ITEM_SCHEMAS = {
  create: item('create', 'Creates an object.', { object: WHOLE_OBJECT }, ['object']),
  update: item('update', 'Replaces an object.', { object: WHOLE_OBJECT, subresource: SUBRESOURCE }, ['object']),
  patch: item(
    'patch',
    'Changes an object.',
    {
      ...TARGET,
      type: { type: 'string', enum: ['json', 'merge', 'strategic'] },
      patch: {
        description: 'An object, or for `json` an array of operations.',
        'x-kubernetes-preserve-unknown-fields': true,
      },
      subresource: SUBRESOURCE,
    },
    [...TARGET_REQUIRED, 'type', 'patch'],
  ),
  delete: item(
    'delete',
    'Deletes an object.',
    {
      ...TARGET,
      options: { type: 'object', description: 'meta/v1 DeleteOptions.', 'x-kubernetes-preserve-unknown-fields': true },
    },
    TARGET_REQUIRED,
  ),
} as const;

export const ANSWER_SCHEMA: OpenApiSchema = {
  type: 'object',
  description: 'The answer to one item: `object` of a success, `status` of a failure.',
  required: ['index', 'code'],
  properties: {
    index: { type: 'integer', description: "The item's place in the request, from 0; blank lines do not count." },
    id: ID,
    code: { type: 'integer', description: 'The HTTP code that the item alone would have had.' },
    warnings: { type: 'array', items: TEXT },
    object: {
      type: 'object',
      description: 'name, namespace, uid and resourceVersion in `metadata`; with `objects=true` the whole object.',
      'x-kubernetes-preserve-unknown-fields': true,
    },
    status: {
      type: 'object',
      description: 'meta/v1 Status of the failure.',
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
};
