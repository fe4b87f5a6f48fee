/** Subscribers that never read: what they are sent stays in the server, in the kernel, or is not sent. */
import { openSocket, type Target } from './http-connection.ts';
import { textFrame, upgrade } from './stream-socket.ts';

const OPENED_AT_A_TIME = 50;

async function openOne(target: Target, kind: string): Promise<void> {
  const socket = await openSocket(target);
  // The server may cut it off: that is its right.
  socket.on('error', () => undefined);
  socket.write(upgrade(target));
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(new Error('the server refused a stream')));
    socket.once('data', () => resolve());
  });
  socket.pause();
  socket.write(textFrame(JSON.stringify({ type: 'subscribe', id: 's', apiVersion: 'v1', kind })));
}

export async function openNonReaders(target: Target, kind: string, count: number): Promise<void> {
  for (let opened = 0; opened < count; opened += OPENED_AT_A_TIME) {
    const size = Math.min(OPENED_AT_A_TIME, count - opened);
    await Promise.all(Array.from({ length: size }, () => openOne(target, kind)));
  }
}
