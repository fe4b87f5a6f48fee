/**
 * server/: what holds for all requests and sockets, whatever their path. May import timing, errors, and of the API `http/`;
 * never the registry, auth or a kind.
 *
 * This file: how the server listens and what it refuses before any route is chosen: TLS, limits, time-outs, the router's
 * rules.
 */

import type { Server } from 'node:https';
import type { FastifyHttpsOptions } from 'fastify';
import type { ApiContext } from '../context.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { sendError } from './error-handler.ts';

/** Names have 253 characters at most, and more when percent-encoded. */
const MAX_PARAM_LENGTH = 1024;
/** A label selector is in the URL: one of 1,000 names has 30 kB. Go's servers, so Kubernetes, take 1 MB. */
const MAX_HEADER_BYTES = 256 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How often Node looks for requests over time: its default of 30 s would stretch the limits above by as much. */
const CHECK_MS = 2_000;
const KEEP_ALIVE_MS = 90_000;
/** Idle sockets; watches and streams switch it off for theirs. */
const IDLE_MS = 180_000;

export function serverOptions(context: ApiContext): FastifyHttpsOptions<Server> {
  const { settings, tls } = context;
  return {
    https: {
      cert: tls.certificate,
      key: tls.key,
      // Asked for and not demanded: most clients have a token.
      ...(tls.clientAuthority === undefined
        ? {}
        : { ca: tls.clientAuthority, requestCert: true, rejectUnauthorized: false }),
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, settings.requestTimeoutMs),
      connectionsCheckingInterval: CHECK_MS,
    },
    bodyLimit: settings.bodyLimit,
    requestTimeout: settings.requestTimeoutMs,
    connectionTimeout: IDLE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    frameworkErrors: (error, request, reply) => sendError(context.logger, error, request, reply),
    clientErrorHandler: answerBrokenRequest,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  };
}
