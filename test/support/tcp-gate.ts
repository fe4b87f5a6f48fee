/** A TCP proxy that can be shut: every connection breaks, and none is made until it opens again. */
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

export interface TcpGate {
  readonly port: number;
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

export async function startTcpGate(target: number): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  let isShut = false;
  const breakAll = (): void => {
    for (const socket of sockets) {
      socket.resetAndDestroy();
    }
  };
  const server = createServer((client) => {
    if (isShut) {
      client.resetAndDestroy();
      return;
    }
    const upstream = dial(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
      socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    shut() {
      isShut = true;
      breakAll();
    },
    open() {
      isShut = false;
    },
    async close() {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
