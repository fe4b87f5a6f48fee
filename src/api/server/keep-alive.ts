/** Pings a WebSocket and cuts it off when the other side has gone silent without closing. */
import type { WebSocket } from '@fastify/websocket';
import type { Clock } from '../../timing/clock.ts';

const PING_MS = 30_000;

/** Resolves when the signal aborts; never rejects. */
export async function keepAlive(socket: WebSocket, clock: Clock, signal: AbortSignal): Promise<void> {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  while (!signal.aborted) {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
    await clock.sleep(PING_MS, signal).catch(() => undefined);
  }
}
