/**
 * Answers what never becomes a request, with a Status as everything else: bytes that are no HTTP, headers too large or
 * too slow, and what Node answers by itself otherwise, with an empty body or not at all.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionError, FastifyInstance } from 'fastify';
import type { WebSocketServer } from 'ws';
import { badRequest } from '../../errors.ts';

type Answer = readonly [code: number, phrase: string, reason: string];

const ANSWERS: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'BadRequest'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'Timeout'],
};
const BAD_REQUEST: Answer = [400, 'Bad Request', 'BadRequest'];
const BAD_METHOD: Answer = [405, 'Method Not Allowed', 'MethodNotAllowed'];
const NO_SUCH_EXPECTATION: Answer = [417, 'Expectation Failed', 'BadRequest'];

const JSON_TYPE = 'application/json';

const bodyOf = ([code, phrase, reason]: Answer, message = phrase): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });

function endWith(socket: Duplex, answer: Answer, message?: string): void {
  const body = bodyOf(answer, message);
  const head = `HTTP/1.1 ${answer[0]} ${answer[1]}\r\nContent-Type: ${JSON_TYPE}\r\nConnection: close\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

export function answerBrokenRequest(error: ConnectionError, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  endWith(socket, ANSWERS[error.code] ?? BAD_REQUEST);
}

/** Of a WebSocket whose handshake ws refuses; by itself it answers with a page. */
export function answerBrokenHandshakes(sockets: WebSocketServer): void {
  sockets.on('wsClientError', ({ message }, socket, { method }) => {
    socket.on('error', () => socket.destroy());
    endWith(socket, method === 'GET' ? BAD_REQUEST : BAD_METHOD, message);
  });
}

export function answerUnusualRequests(server: Server): void {
  // Who asked may be gone before the answer is written.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    endWith(socket, BAD_METHOD);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(NO_SUCH_EXPECTATION[0], { 'content-type': JSON_TYPE, connection: 'close' });
    response.end(bodyOf(NO_SUCH_EXPECTATION));
  });
}

/** Node is told not to look: its own answer has no body. */
export function requireHost(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      throw badRequest('missing required Host header');
    }
  });
}
