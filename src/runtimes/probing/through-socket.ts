/** For clients that can be given no connection: a unix socket of this host that leads to where `dial` does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** It is there until `use` has settled. */
export async function throughSocket<T>(dial: () => Promise<Socket>, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-probe-'));
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client.on('error', () => undefined));
    dial().then(
      (target) => {
        target.on('error', () => client.destroy());
        client.once('close', () => target.destroy());
        client.pipe(target).pipe(client);
      },
      () => client.destroy(),
    );
  });
  try {
    const path = join(folder, 'socket');
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    return await use(path);
  } finally {
    server.close();
    for (const client of clients) {
      client.destroy();
    }
    await rm(folder, { recursive: true, force: true });
  }
}
