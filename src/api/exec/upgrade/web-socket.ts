/** WebSocket upgrades whose subprotocol names ws itself would refuse (`SPDY/3.1+portforward.k8s.io`). */
import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerBrokenHandshakes } from '../../server/broken-request.ts';
import type { TakenSocket } from './take-socket.ts';

/** Clients send 32 to 64 KiB at a time. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** For the client to answer a close. */
const CLOSE_MS = 1_000;

/** undefined: ws has refused the handshake and answered. */
export function openWebSocket(
  request: IncomingMessage,
  { socket, head }: TakenSocket,
  protocol: string,
): WebSocket | undefined {
  // @types/ws does not know `closeTimeout` yet.
  const options = { noServer: true, clientTracking: false, maxPayload: MAX_MESSAGE_BYTES, closeTimeout: CLOSE_MS };
  const server = new WebSocketServer(options);
  answerBrokenHandshakes(server);
  delete request.headers['sec-websocket-protocol'];
  server.on('headers', (headers) => {
    if (protocol !== '') {
      headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
    }
  });
  let opened: WebSocket | undefined;
  server.handleUpgrade(request, socket, head, (webSocket) => {
    opened = webSocket;
  });
  // A broken frame closes the socket; whoever reads from it sees that.
  opened?.on('error', () => opened?.terminate());
  return opened;
}

/** Messages one after another at the reader's pace. An error of the reader ends the socket. */
export function onMessages(
  webSocket: WebSocket,
  receive: (message: Buffer) => Promise<void>,
  failed: (error: unknown) => void,
): void {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const settle = (): void => {
    waiting -= 1;
    if (waiting === 0 && webSocket.readyState === webSocket.OPEN) {
      webSocket.resume();
    }
  };
  webSocket.on('message', (data) => {
    waiting += 1;
    webSocket.pause();
    const message = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    last = last
      .then(() => receive(message))
      .catch((error: unknown) => {
        failed(error);
        webSocket.terminate();
      })
      .finally(settle);
  });
}

/** Resolves when the bytes were taken or the socket is gone; then in a later turn, so that who writes on sees its close. */
export const sendMessage = (webSocket: WebSocket, data: Uint8Array | string): Promise<void> =>
  new Promise((resolve) => {
    webSocket.send(data, (error) => (error instanceof Error ? setImmediate(resolve) : resolve()));
  });
