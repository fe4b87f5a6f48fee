/** One request handed on, and its answer handed back as it comes. Nothing is buffered on either way. */
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Backend, connect, unreachable } from './backend.ts';
import { requestHeaders, responseHeaders } from './proxied-headers.ts';
import type { ProxyPath } from './proxy-path.ts';

export interface ProxiedRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly backend: Backend;
  readonly target: ProxyPath;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

export const clientSide = ({ request, target: { prefix, path } }: ProxiedRequest, isUpgrade: boolean) =>
  ({ address: request.ip, path: prefix + path, isUpgrade }) as const;

function handOn(proxied: ProxiedRequest): ClientRequest {
  const { request, backend, target } = proxied;
  const { raw, method } = request;
  const outgoing = send({
    createConnection: () => connect(backend),
    headers: requestHeaders(raw.headers, clientSide(proxied, false)),
    method,
    path: target.path + target.search,
    setHost: false,
  });
  const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
  if (hasBody) {
    raw.pipe(outgoing);
  } else {
    outgoing.end();
  }
  return outgoing;
}

function handBack({ request, reply, backend, target }: ProxiedRequest, answer: IncomingMessage): void {
  const { raw } = reply;
  reply.hijack();
  // Ours are for our own pages.
  for (const name of raw.getHeaderNames()) {
    raw.removeHeader(name);
  }
  const hosts = [backend.host, request.raw.headers.host ?? ''];
  raw.writeHead(answer.statusCode ?? 502, responseHeaders(answer.headers, { prefix: target.prefix, hosts }));
  raw.flushHeaders();
  request.raw.socket.setTimeout(0);
  answer.on('error', () => raw.destroy());
  answer.pipe(raw);
}

/** Resolves once the answer has begun. Throws 503 when there is none. */
export function proxyRequest(proxied: ProxiedRequest): Promise<void> {
  const { reply, backend, signal } = proxied;
  return new Promise((resolve, reject) => {
    const outgoing = handOn(proxied);
    const end = (): void => void outgoing.destroy();
    signal.addEventListener('abort', end, { once: true });
    reply.raw.once('close', () => {
      signal.removeEventListener('abort', end);
      end();
    });
    outgoing.on('response', (answer) => {
      handBack(proxied, answer);
      resolve();
    });
    outgoing.on('error', (error) => reject(unreachable(backend, error)));
  });
}
