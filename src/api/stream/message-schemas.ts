/** JSON Schemas of the frames: what comes in is checked against them, and the AsyncAPI file is made of them. */

const text = { type: 'string' } as const;
export const SUBSCRIPTION_ID = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  description: "The client's name for the subscription.",
};
const id = SUBSCRIPTION_ID;
const token = { type: 'string', description: 'Opaque. Resumes the same subscription after this frame.' };
const object = { type: 'object', description: 'A Kubernetes object as the REST API answers it, or the fields wanted.' };
const frame = (type: string, properties: object, required: readonly string[], description: string) => ({
  type: 'object',
  description,
  properties: { type: { const: type }, ...properties },
  required: ['type', ...required],
  additionalProperties: false,
});

const apiVersion = { ...text, maxLength: 253, examples: ['v1', 'apps/v1'] };
const kind = { ...text, maxLength: 63, examples: ['Pod'] };
const kindName = {
  type: 'object',
  properties: { apiVersion, kind },
  required: ['apiVersion', 'kind'],
  additionalProperties: false,
};
const path = { ...text, minLength: 1, maxLength: 256, examples: ['status.phase'] };
const MAX_CREDITS = 1_000_000;
const has = (...names: string[]) => ({ required: names });

const subscribe = {
  ...frame(
    'subscribe',
    {
      id,
      apiVersion,
      kind,
      kinds: {
        ...{ type: 'array', items: kindName, minItems: 1, maxItems: 16, uniqueItems: true },
        description: 'Instead of apiVersion and kind: one snapshot, one sequence of changes, one token over all.',
      },
      namespace: { ...text, maxLength: 63, description: 'Left out: all namespaces.' },
      labelSelector: { ...text, maxLength: 4_096, examples: ['app=hello'] },
      fieldSelector: { ...text, maxLength: 4_096, examples: ['spec.nodeName=default-0'] },
      fields: {
        ...{ type: 'array', items: path, minItems: 1, maxItems: 64 },
        description: 'Objects carry these fields and their identity only. A backslash keeps a dot in a key.',
      },
      deltas: { const: 'status', description: 'MODIFIED carries the identity and the status alone.' },
      aggregate: {
        type: 'object',
        properties: { groupBy: { type: 'array', items: path, maxItems: 4 } },
        additionalProperties: false,
        description: 'No objects: how many there are of each kind and group.',
      },
      coalesce: { type: 'boolean', description: 'What the client cannot take yet: the newest state of each object.' },
      credits: {
        ...{ type: 'integer', minimum: 0, maximum: MAX_CREDITS },
        description: 'Flow control: so many snapshot, changes and aggregate frames until `credit` adds more.',
      },
      resume: { ...text, maxLength: 1_024, description: 'The last token of the same subscription: no snapshot.' },
    },
    ['id'],
    'Starts a subscription.',
  ),
  if: has('kinds'),
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { not: { anyOf: [has('apiVersion'), has('kind')] } },
  else: has('apiVersion', 'kind'),
  not: {
    anyOf: [
      has('fields', 'deltas'),
      has('fields', 'aggregate'),
      has('deltas', 'aggregate'),
      has('aggregate', 'coalesce'),
    ],
  },
};

export const CLIENT_SCHEMAS = {
  subscribe,
  credit: frame(
    'credit',
    { id, credits: { type: 'integer', minimum: 1, maximum: MAX_CREDITS } },
    ['id', 'credits'],
    'Adds credits to a subscription that was started with some, or with 0.',
  ),
  unsubscribe: frame('unsubscribe', { id }, ['id'], 'Ends a subscription.'),
  ping: frame('ping', {}, [], 'Answered by pong.'),
} as const;

const event = {
  type: 'object',
  properties: { type: { enum: ['ADDED', 'MODIFIED', 'DELETED'] }, object },
  required: ['type', 'object'],
  additionalProperties: false,
};
const count = {
  type: 'object',
  properties: {
    apiVersion: text,
    kind: text,
    group: { type: 'array', items: text, description: 'A value for each path of groupBy, "" where there is none.' },
    count: { type: 'integer', minimum: 1 },
  },
  required: ['apiVersion', 'kind', 'group', 'count'],
  additionalProperties: false,
};
const status = {
  type: 'object',
  description: 'meta/v1 Status',
  properties: { kind: { const: 'Status' }, status: { const: 'Failure' }, code: { type: 'integer' } },
  required: ['kind', 'status', 'code'],
};

export const SERVER_SCHEMAS = {
  hello: frame(
    'hello',
    {
      protocol: { const: 'flotilla.stream.v1alpha1' },
      heartbeatSeconds: { type: 'number' },
      maxSubscriptions: { type: 'integer' },
    },
    ['protocol', 'heartbeatSeconds', 'maxSubscriptions'],
    'The first frame.',
  ),
  snapshot: {
    ...frame(
      'snapshot',
      { id, last: { type: 'boolean' }, token, objects: { type: 'array', items: object } },
      ['id', 'last', 'objects'],
      'A page of what the subscription selects. With the last one, which may be empty, the snapshot is whole.',
    ),
    // The first token comes with the last page: from the middle of a snapshot nobody can resume.
    if: { properties: { last: { const: true } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { required: ['token'] },
    else: { not: { required: ['token'] } },
  },
  changes: frame(
    'changes',
    { id, token, events: { type: 'array', items: event, minItems: 1 } },
    ['id', 'events'],
    'What changed, in order. An object that leaves the selection is DELETED, one that enters it ADDED. No token: more of the same moment follows, or the snapshot is not whole yet.',
  ),
  aggregate: frame(
    'aggregate',
    { id, token, counts: { type: 'array', items: count } },
    ['id', 'token', 'counts'],
    'All counters, when they have changed, at most four times a second. A group that is not there counts 0.',
  ),
  bookmark: frame('bookmark', { id, token }, ['id', 'token'], 'Nothing changed, but resuming may start later.'),
  heartbeat: frame('heartbeat', { time: { ...text, format: 'date-time' } }, ['time'], 'The connection lives.'),
  pong: frame('pong', {}, [], 'Answers ping.'),
  unsubscribed: frame('unsubscribed', { id }, ['id'], 'The last frame of a subscription that the client ended.'),
  error: frame(
    'error',
    { id, status, token },
    ['status'],
    'With an id: the last frame of that subscription. 410 Expired: subscribe again without resume.',
  ),
} as const;
