/**
 * What of an error may be told in the log and in crash files. Libraries hang on their errors what they sent: ioredis
 * the command, AUTH and its password included; drizzle the parameters, also in the message; pg the row that a
 * constraint refused. So only what is named here gets out.
 */

export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
  /** Of an AggregateError. */
  readonly errors?: readonly ErrorDescription[];
}

/** Deeper causes say nothing new; it also ends a cause that is its own. */
const MOST_CAUSES = 8;

export function describeError(error: unknown, depth = MOST_CAUSES): ErrorDescription {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: String(error) };
  }
  const { code, cause, errors } = error as Error & { code?: unknown; errors?: unknown };
  const message = withoutParameters(error, error.message);
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(error.stack === undefined ? {} : { stack: withoutParameters(error, error.stack) }),
    ...(cause === undefined || depth === 0 ? {} : { cause: describeError(cause, depth - 1) }),
    ...(Array.isArray(errors) && depth > 0 ? { errors: errors.map((one) => describeError(one, depth - 1)) } : {}),
  };
}

/** drizzle ends its message, with which the stack begins, by a line of all parameters. */
function withoutParameters(error: Error, text: string): string {
  const start = error.message.indexOf('\nparams: ');
  return 'params' in error && start >= 0 ? text.replace(error.message.slice(start), () => '') : text;
}

/** For people: the stack, then each cause with its own. */
export function formatError(error: unknown): string {
  return format(describeError(error));
}

function format({ type, message, code, stack, cause, errors = [] }: ErrorDescription): string {
  const own = `${stack ?? `${type}: ${message}`}${code === undefined ? '' : `\ncode: ${code}`}`;
  const others = [...(cause === undefined ? [] : [`caused by ${format(cause)}`]), ...errors.map(format)];
  return [own, ...others].join('\n');
}
