/** The one place where an error becomes HTTP: a StatusError as its Status, anything else as a 500 without details. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badRequest, internalError, noSuchResource, StatusError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { ACCEPTED_BODY_TYPES, unsupportedMediaType } from '../http/media-type.ts';
import { negotiateFormat, type Representation } from '../http/negotiate.ts';
import { type Sent, sendBuilt } from '../http/send.ts';
import { drainBody } from './drain-body.ts';

interface HttpError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
}

const FRAMEWORK_ERRORS: Readonly<Record<string, (request: FastifyRequest) => StatusError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ routeOptions }) =>
    new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${routeOptions.bodyLimit}`, {}),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => unsupportedMediaType(ACCEPTED_BODY_TYPES),
};

/** Fastify's own refusals and a body that broke off are the client's doing; their texts are harmless. */
function asStatusError(error: unknown, request: FastifyRequest): StatusError {
  if (error instanceof StatusError) {
    return error;
  }
  const { code = '', statusCode = 500, message } = error as HttpError;
  const known = FRAMEWORK_ERRORS[code];
  if (known !== undefined) {
    return known(request);
  }
  if (request.raw.destroyed && !request.raw.complete) {
    return badRequest('unexpected EOF', { cause: error });
  }
  if (code.startsWith('FST_') && statusCode >= 400 && statusCode < 500) {
    return badRequest(message, { cause: error });
  }
  return internalError(error);
}

function log(logger: Logger, error: StatusError, request: FastifyRequest): void {
  if (error.code === 500) {
    const route = request.routeOptions.url;
    logger.error({ method: request.method, route, err: error.cause ?? error }, 'request failed');
  }
}

/** JSON where nothing that is asked for can be made: the error is worth more than its format. */
function formatOf({ headers }: FastifyRequest): Representation['format'] {
  try {
    return negotiateFormat(headers.accept);
  } catch {
    return 'json';
  }
}

export function sendError(logger: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): Sent {
  const failure = asStatusError(error, request);
  log(logger, failure, request);
  const wait = failure.details?.retryAfterSeconds;
  if (wait !== undefined) {
    reply.header('retry-after', String(wait));
  }
  if (failure.code === 413) {
    drainBody(request, reply);
  }
  if (failure.code === 401) {
    reply.header('www-authenticate', 'Bearer realm="flotilla"');
  }
  return sendBuilt(reply, formatOf(request), failure.toStatus(), failure.code);
}

export function registerErrorHandler(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, request, reply) => sendError(logger, error, request, reply));
  app.setNotFoundHandler(() => {
    throw noSuchResource();
  });
}
