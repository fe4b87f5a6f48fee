/**
 * Node reads HTTP on TLS natively, past the socket's stream. When a request comes before the last answer has left, it
 * stops its parser; but what TLS has decrypted already still gets there, and the connection ends with HPE_PAUSED: a
 * second request with a long body, on a busy machine, was a 400. Read through the stream, bytes wait while it is paused.
 * Source: node:_http_server, connectionListenerInternal and onParserExecuteCommon, 20.20.
 */
import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';

const nothing = (): void => undefined;

export function readThroughStreams(server: Server): void {
  server.on('secureConnection', (socket: TLSSocket) => {
    // A listener of anybody's makes Node give the native way up, for good.
    socket.on('data', nothing);
    socket.off('data', nothing);
  });
}
