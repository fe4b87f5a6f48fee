/** Answers what never became a request: bytes that are no HTTP, headers too large or too slow. */
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';

const ANSWERS: Readonly<Record<string, readonly [code: number, phrase: string, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'BadRequest'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'Timeout'],
};

export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, phrase, reason] = ANSWERS[error.code] ?? [400, 'Bad Request', 'BadRequest'];
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: phrase, reason, code };
  const body = JSON.stringify(status);
  const head = `HTTP/1.1 ${code} ${phrase}\r\nContent-Type: application/json\r\nConnection: close\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
