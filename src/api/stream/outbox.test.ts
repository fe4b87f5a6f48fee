import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { Outbox } from './outbox.ts';

it('gives others a turn between frames that are much, not between few bytes', async () => {
  const order: string[] = [];
  const socket = {
    ...{ readyState: 1, OPEN: 1, CLOSED: 3, bufferedAmount: 0 },
    send: (frame: string) => order.push(`${frame.length}`),
  };
  const outbox = new Outbox(socket as unknown as WebSocket);
  const send = (length: number): Promise<void> => outbox.send(() => 'x'.repeat(length));
  setImmediate(() => order.push('others'));
  await Promise.all([send(10), send(20), send(250_000), send(30)]);
  expect(order).toEqual(['10', '20', '250000', 'others', '30']);
});
