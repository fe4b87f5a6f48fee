/** SPDY over a socket of its own (kubectl before 1.30, client-go), or within the messages of a WebSocket. */
import type { FastifyRequest } from 'fastify';
import type { Logger } from '../../../logger.ts';
import { SpdyConnection, type SpdyStream } from '../spdy/connection.ts';
import { SPDY } from './negotiate.ts';
import type { TakenSocket } from './take-socket.ts';
import { onMessages, openWebSocket, sendMessage } from './web-socket.ts';

/** For the client to read the rest of what was sent. */
const LINGER_MS = 5_000;

interface SpdyOptions {
  readonly taken: TakenSocket;
  readonly protocol: string;
  readonly onStream: (stream: SpdyStream) => void;
  readonly logger: Logger;
}

function answerUpgrade({ taken: { socket }, protocol }: SpdyOptions): void {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', `Upgrade: ${SPDY}`];
  socket.write(`${[...lines, `X-Stream-Protocol-Version: ${protocol}`].join('\r\n')}\r\n\r\n`);
}

export function openSpdySocket(options: SpdyOptions): SpdyConnection {
  const { taken, onStream, logger } = options;
  const { socket, head, lifetime } = taken;
  answerUpgrade(options);
  const connection = new SpdyConnection(
    {
      write: (bytes) =>
        new Promise((resolve) => {
          socket.write(bytes, (error) => (error instanceof Error ? setImmediate(resolve) : resolve()));
        }),
      end() {
        socket.end();
        const linger = setTimeout(() => socket.destroy(), LINGER_MS);
        socket.once('close', () => clearTimeout(linger));
      },
    },
    onStream,
  );
  lifetime.signal.addEventListener('abort', () => connection.abandon(), { once: true });
  const read = async (): Promise<void> => {
    try {
      await connection.receive(head);
      for await (const chunk of socket) {
        await connection.receive(chunk as Buffer);
      }
    } catch (error) {
      logger.debug({ err: error }, 'SPDY connection failed');
    }
    socket.destroy();
  };
  void read();
  return connection;
}

/** undefined: the handshake was refused. */
export function openSpdyTunnel(request: FastifyRequest, options: SpdyOptions): SpdyConnection | undefined {
  const { taken, protocol, onStream, logger } = options;
  const webSocket = openWebSocket(request.raw, taken, protocol);
  if (webSocket === undefined) {
    return undefined;
  }
  const connection = new SpdyConnection(
    { write: (bytes) => sendMessage(webSocket, bytes), end: () => webSocket.close(1000) },
    onStream,
  );
  taken.lifetime.signal.addEventListener('abort', () => connection.abandon(), { once: true });
  onMessages(
    webSocket,
    (message) => connection.receive(message),
    (error) => logger.debug({ err: error }, 'SPDY tunnel failed'),
  );
  return connection;
}
