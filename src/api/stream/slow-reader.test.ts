/** Who reads slowly is told from who does not read: pongs of the one wait behind messages that are not answered yet. */
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { until } from '../../../test/support/until.ts';
import { HEARTBEAT_MS, SILENCE_MS, StreamConnection } from './connection.ts';

/** Takes a frame when it is told to. */
class SlowSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSED = 3;
  readyState = 1;
  readonly bufferedAmount = 1_000_000;
  readonly taking: (() => void)[] = [];
  isTerminated = false;

  send(_frame: string, _options: object, taken: () => void): void {
    this.taking.push(taken);
  }
  readonly ping = (): undefined => undefined;
  readonly pause = (): undefined => undefined;
  readonly resume = (): undefined => undefined;
  terminate(): void {
    this.isTerminated = true;
    this.readyState = this.CLOSED;
    this.emit('close');
  }
}

it('a client whose answers leave is not silent while the others wait, and is when none leaves', async () => {
  const clock = new ManualClock();
  const socket = new SlowSocket();
  const context = {
    ...{ clock, signal: new AbortController().signal, random: { next: () => 0.5 } },
    logger: { debug: () => undefined, warn: () => undefined },
  };
  const user = { username: 'a', groups: [] };
  const server = { context } as unknown as ConstructorParameters<typeof StreamConnection>[0];
  const running = new StreamConnection(
    server,
    { user, identify: async () => user },
    socket as unknown as WebSocket,
  ).run();
  for (let i = 0; i < 10; i += 1) {
    socket.emit('message', Buffer.from('{"type":"ping"}'), false);
  }
  const take = async (): Promise<void> => {
    const before = socket.taking.length;
    socket.taking.at(-1)?.();
    await until(() => socket.taking.length > before);
  };
  for (let waited = 0; waited < 2 * SILENCE_MS; waited += HEARTBEAT_MS) {
    await take();
    await clock.advance(HEARTBEAT_MS);
  }
  expect(socket.isTerminated).toBe(false);
  await clock.advance(SILENCE_MS + 2 * HEARTBEAT_MS);
  await running;
  expect(socket.isTerminated).toBe(true);
});
