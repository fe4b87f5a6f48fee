/** A TCP proxy before Postgres that ends connections at bad moments: as they become ready, or in the midst of a COMMIT. */

import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** Connections that were ended as they became ready. */
  readonly cut: () => number;
  /** Ends every connection now, and each that comes until `mend`. */
  damage(): void;
  mend(): void;
  /** Postgres commits, and the connection ends before the answer arrives; until `mend`. */
  loseCommits(): void;
  close(): Promise<void>;
}

/** ReadyForQuery, idle: Source: PostgreSQL's documentation, Message Formats. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** The tag of CommandComplete, and what `commit_writes` answers: outside of a transaction it comes after its commit. */
const COMMITTED = ['COMMIT\0', 'last_revision\0'].map((text) => Buffer.from(text));

const tellsOfCommit = (chunk: Buffer): boolean =>
  chunk.includes(READY) && COMMITTED.some((answer) => chunk.includes(answer));

function fatal(): Buffer {
  const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to administrator command'];
  const body = Buffer.from(`${fields.join('\0')}\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isDamaged = false;
  let losesCommits = false;
  let cut = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = dial(Number(port), hostname);
    keep(client);
    keep(upstream);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      if (isDamaged && chunk.includes(READY)) {
        cut += 1;
        client.end(Buffer.concat([chunk, fatal()]));
        upstream.destroy();
      } else if (losesCommits && tellsOfCommit(chunk)) {
        client.destroy();
      } else if (!client.writableEnded) {
        client.write(chunk);
      }
    });
    upstream.on('close', () => client.destroySoon());
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  // The embedded server's names its Unix socket.
  url.searchParams.delete('host');
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  const endAll = (): void => {
    for (const socket of sockets) {
      socket.destroy();
    }
  };
  return {
    url: url.href,
    cut: () => cut,
    damage() {
      isDamaged = true;
      endAll();
    },
    mend() {
      isDamaged = false;
      losesCommits = false;
    },
    loseCommits() {
      losesCommits = true;
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
