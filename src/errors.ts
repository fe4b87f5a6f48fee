/**
 * The one error vocabulary. Every failure that a client may see is a `StatusError` carrying a Kubernetes
 * reason; the HTTP code follows from the reason and from nothing else.
 * Source: k8s.io/apimachinery/pkg/api/errors and meta/v1 StatusReason. Imports nothing.
 */

const HTTP_CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  /** Not one of Kubernetes', which has no writes that depend on each other. Source: RFC 4918, section 11.4. */
  FailedDependency: 424,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

export type StatusReason = keyof typeof HTTP_CODES;

/** One field-level cause, as in `status.details.causes`. `field` is a path such as `spec.containers[0].name`. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The plural resource name for NotFound, AlreadyExists and Conflict; the Kind for Invalid (as Kubernetes does). */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The wire form, meta/v1 Status. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly details?: StatusDetails;
  readonly code: number;
}

/** What an error names: `{ group, resource }` gives `pods "x"` or `deployments.apps "x"`. */
export interface ResourceName {
  readonly group: string;
  readonly resource: string;
}

const qualified = ({ group, resource }: ResourceName): string => (group === '' ? resource : `${resource}.${group}`);

/** Go leaves them out of the wire form. */
const withoutEmpty = (details: StatusDetails): StatusDetails =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value !== ''));

interface StatusErrorOptions extends ErrorOptions {
  readonly continue?: string;
}

export class StatusError extends Error {
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;
  /** With which a list that expired goes on. */
  readonly continue: string | undefined;

  constructor(reason: StatusReason, message: string, details?: StatusDetails, options: StatusErrorOptions = {}) {
    super(message, options);
    this.name = 'StatusError';
    this.reason = reason;
    this.details = details;
    this.continue = options.continue;
  }

  get code(): number {
    return HTTP_CODES[this.reason];
  }

  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continue === undefined ? {} : { continue: this.continue },
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: withoutEmpty(this.details) }),
      code: this.code,
    };
  }
}

export const badRequest = (message: string, options?: ErrorOptions): StatusError =>
  new StatusError('BadRequest', message, undefined, options);

export const notFound = (of: ResourceName, name: string): StatusError =>
  new StatusError('NotFound', `${qualified(of)} "${name}" not found`, { name, group: of.group, kind: of.resource });

/** For a path that names no resource at all. */
export const noSuchResource = (): StatusError =>
  new StatusError('NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (of: ResourceName, name: string): StatusError =>
  new StatusError('AlreadyExists', `${qualified(of)} "${name}" already exists`, {
    name,
    group: of.group,
    kind: of.resource,
  });

export const MODIFIED_MESSAGE =
  'the object has been modified; please apply your changes to the latest version and try again';

/** `why` defaults to the optimistic-lock message that client-go's retry.OnConflict users know. */
export const conflict = (
  of: ResourceName,
  name: string,
  why: string = MODIFIED_MESSAGE,
  options?: ErrorOptions,
): StatusError =>
  new StatusError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`,
    { name, group: of.group, kind: of.resource },
    options,
  );

/** Of more, nobody reads the last: a body of 1 MB with 100,000 bad finalizers made an answer of 93 MB. */
const MAX_CAUSES = 100;
const MAX_CAUSE_CHARACTERS = 64 * 1024;

/** The first causes, at least one. */
function firstCauses(causes: readonly StatusCause[]): readonly StatusCause[] {
  let characters = 0;
  const tooMany = causes.findIndex(({ message }, index) => {
    characters += message.length;
    return index === MAX_CAUSES || (index > 0 && characters > MAX_CAUSE_CHARACTERS);
  });
  return tooMany < 0 ? causes : causes.slice(0, tooMany);
}

/**
 * Field errors as one 422. `kind` is the Kind, e.g. `Pod`; messages read `spec.x: Invalid value: "y": why`. Only the
 * first of very many are told, and how many more there are; the message tells each once, as Go's aggregate does.
 */
export const invalid = (
  of: { group: string; kind: string },
  name: string,
  all: readonly StatusCause[],
): StatusError => {
  const causes = firstCauses(all);
  const texts = [
    ...new Set(causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`))),
  ];
  if (causes.length < all.length) {
    texts.push(`and ${all.length - causes.length} more`);
  }
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`;
  return new StatusError('Invalid', `${kind} "${name}" is invalid: ${text}`, {
    name,
    group: of.group,
    kind: of.kind,
    causes,
  });
};

export const forbidden = (of: ResourceName, name: string, why: string): StatusError =>
  new StatusError('Forbidden', `${qualified(of)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`, {
    ...(name === '' ? {} : { name }),
    group: of.group,
    kind: of.resource,
  });

/** 410 for a resourceVersion that compaction has passed. The words are etcd's, which clients match on. */
export const expired = (requested: number, oldest: number): StatusError =>
  new StatusError('Expired', `too old resource version: ${requested} (${oldest})`);

/** Of the future: another replica, or another database, told of it. */
export const tooLargeVersion = (requested: number, current: number): StatusError =>
  new StatusError('Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

export const tooManyRequests = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError('TooManyRequests', message, { retryAfterSeconds });

/** A failure of ours. The cause is kept for the log and never shown to the client. */
export const internalError = (cause: unknown): StatusError =>
  new StatusError('InternalError', 'Internal error occurred', undefined, { cause });

export const unavailable = (message: string, options?: ErrorOptions): StatusError =>
  new StatusError('ServiceUnavailable', message, { retryAfterSeconds: 1 }, options);

/** A failure that whoever can mend it was told of, by an Event: it is retried, and the log needs no more than a debug line. */
export class ReportedError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'ReportedError';
  }
}

/**
 * A start that failed for a reason the operator can mend. The message is one line that names the fix; the command
 * prints it alone, without a stack, and exits with 1.
 */
export class StartupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartupError';
  }
}

/** A value on the command line that is not allowed; the command exits with 2. */
export class UsageError extends StartupError {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The code of a system error, such as `ENOENT`; undefined for anything else that was thrown. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whatever was thrown, as an Error. */
export const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
