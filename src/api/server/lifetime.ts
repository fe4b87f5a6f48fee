/** How long a watch or a stream lives: until the server stops, its connection closes, or it ends by itself. */
import type { Socket } from 'node:net';

export interface Lifetime {
  readonly signal: AbortSignal;
  end(): void;
}

/** Leaves no listener behind: both the server's signal and a kept-alive connection outlive many lifetimes. */
export function openLifetime(server: AbortSignal, connection: Pick<Socket, 'on' | 'off'>): Lifetime {
  const controller = new AbortController();
  const end = (): void => {
    server.removeEventListener('abort', end);
    connection.off('close', end);
    controller.abort();
  };
  server.addEventListener('abort', end);
  connection.on('close', end);
  if (server.aborted) {
    end();
  }
  return { signal: controller.signal, end };
}
