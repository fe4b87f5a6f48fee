/**
 * The parameters of the verbs, as meta/v1 {List,Create,Update,Patch,Delete}Options name them. Each has one identity,
 * so that the whole document can say it once.
 */
import type { OpenApiSchema } from '../../resources/schema.ts';
import type { Parameter } from './document.ts';

type Scalar = 'boolean' | 'integer' | 'string';

const query = (name: string, type: Scalar, description: string, more: OpenApiSchema = {}): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type, ...more },
});

const path = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  description,
  required: true,
  schema: { type: 'string' },
});

export const NAME = path('name', 'Name of the object.');
export const NAMESPACE = path('namespace', 'Namespace of the object.');
export const PROXY_PATH = path('path', 'What is asked of the other side; may hold slashes.');

const labelSelector = query('labelSelector', 'string', 'Only objects with these labels, e.g. `app=web,tier!=cache`.');
const fieldSelector = query(
  'fieldSelector',
  'string',
  'Only objects with these field values, e.g. `spec.nodeName=n1`.',
);
const limit = query('limit', 'integer', 'The most items to answer with. The rest is read with `continue`.');
const continueToken = query('continue', 'string', 'The `metadata.continue` of the page before.');
const resourceVersion = query(
  'resourceVersion',
  'string',
  'What the answer is to be based on, or a watch to begin after.',
);
const resourceVersionMatch = query('resourceVersionMatch', 'string', 'How `resourceVersion` is meant.', {
  enum: ['Exact', 'NotOlderThan'],
});
const timeoutSeconds = query('timeoutSeconds', 'integer', 'Ends the request after this time, whatever happens.');
const watch = query('watch', 'boolean', 'Answer with a stream of changes instead of a list.');
const allowWatchBookmarks = query('allowWatchBookmarks', 'boolean', 'The watch may carry BOOKMARK events.');
const sendInitialEvents = query(
  'sendInitialEvents',
  'boolean',
  'The watch begins with an ADDED event for each object there is, then a BOOKMARK.',
);

const dryRun = query('dryRun', 'string', '`All`: every check is made and nothing is stored.', { enum: ['All'] });
const fieldManager = query('fieldManager', 'string', 'Who or what makes the change.');
const fieldValidation = query(
  'fieldValidation',
  'string',
  'What happens to unknown or duplicate fields: dropped, dropped with a warning (the default), or refused.',
  { enum: ['Ignore', 'Warn', 'Strict'] },
);

const gracePeriodSeconds = query('gracePeriodSeconds', 'integer', 'Time to end in; 0 deletes at once.');
const orphanDependents = query('orphanDependents', 'boolean', 'Deprecated: use `propagationPolicy`.');
const propagationPolicy = query('propagationPolicy', 'string', 'What becomes of the dependents.', {
  enum: ['Orphan', 'Background', 'Foreground'],
});

const SELECTION = [fieldSelector, labelSelector] as const;

export const LIST = [
  allowWatchBookmarks,
  continueToken,
  ...SELECTION,
  limit,
  resourceVersion,
  resourceVersionMatch,
  sendInitialEvents,
  timeoutSeconds,
  watch,
];
export const WRITE = [dryRun, fieldManager, fieldValidation];
export const PATCH = [
  ...WRITE,
  query('force', 'boolean', 'Of a server-side apply: takes over the fields that others own.'),
];
export const BULK = [
  ...WRITE,
  query(
    'atomic',
    'boolean',
    'All items are written in one transaction, or none is. Answers come when the body has ended.',
  ),
  query('objects', 'boolean', 'Answers carry whole objects, not their names and versions alone.'),
];
export const DELETE = [dryRun, gracePeriodSeconds, orphanDependents, propagationPolicy];
export const DELETE_COLLECTION = [...DELETE, ...SELECTION];

/** core/v1 PodLogOptions. */
export const LOG = [
  query('container', 'string', 'The container to read. May be left out where there is one.'),
  query('follow', 'boolean', 'Go on with what is written from now on.'),
  query('limitBytes', 'integer', 'Ends the answer after this many bytes.'),
  query('previous', 'boolean', 'The log of the instance before the last restart.'),
  query('sinceSeconds', 'integer', 'Only lines younger than this.'),
  query('sinceTime', 'string', 'Only lines from this time on.', { format: 'date-time' }),
  query('tailLines', 'integer', 'Only this many lines, from the end.'),
  query('timestamps', 'boolean', 'Each line begins with its time.'),
];

/** core/v1 PodAttachOptions. */
export const ATTACH = [
  query('container', 'string', 'The container. May be left out where there is one.'),
  query('stdin', 'boolean', 'The client sends input.'),
  query('stdout', 'boolean', 'The client takes output.'),
  query('stderr', 'boolean', 'The client takes errors apart from the output; never with a terminal.'),
  query('tty', 'boolean', 'The command has a terminal.'),
];
/** core/v1 PodExecOptions. */
export const EXEC = [query('command', 'string', 'The command; one parameter each for its words.'), ...ATTACH];

/** core/v1 PodPortForwardOptions. Over SPDY each connection names its port itself. */
export const PORT_FORWARD = [query('ports', 'integer', 'A port, of channels over a WebSocket; not needed over SPDY.')];

/** Of the health checks. */
export const CHECKS = [
  query('verbose', 'string', 'If present, the answer has a line for each check.'),
  query('exclude', 'string', 'The name of a check to leave out.'),
];

export const PARAMETERS: readonly Parameter[] = [
  ...new Set([NAME, NAMESPACE, PROXY_PATH, ...LIST, ...BULK, ...DELETE_COLLECTION, ...LOG, ...EXEC, ...CHECKS]),
];
