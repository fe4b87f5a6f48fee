/** How long a watch or a stream lives: until the server stops, its connection closes, or it ends by itself. */
import type { Socket } from 'node:net';
import { LinkedController } from '../../timing/linked-controller.ts';

export interface Lifetime {
  readonly signal: AbortSignal;
  end(): void;
}

/** Leaves no listener behind: both the server's signal and a kept-alive connection outlive many lifetimes. */
export function openLifetime(server: AbortSignal, connection: Pick<Socket, 'on' | 'off'>): Lifetime {
  const controller = new LinkedController(server);
  const { signal } = controller;
  const end = (): void => controller.abort();
  if (!signal.aborted) {
    connection.on('close', end);
    signal.addEventListener('abort', () => connection.off('close', end), { once: true });
  }
  return { signal, end };
}
