import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import * as ws from 'ws';
import { LINES, TEXT_FRAMES } from './framing.ts';

/** What ws, as a client, makes of the bytes. */
async function received(bytes: Buffer, count: number): Promise<string[]> {
  // Exported, but not in the types.
  const { Receiver } = ws as unknown as { Receiver: new (options: object) => Duplex };
  const receiver = new Receiver({ isServer: false });
  const texts: string[] = [];
  const whole = new Promise<void>((resolve, reject) => {
    receiver.on('error', reject);
    receiver.on('message', (data: Buffer, isBinary: boolean) => {
      expect(isBinary).toBe(false);
      texts.push(String(data));
      if (texts.length === count) {
        resolve();
      }
    });
  });
  receiver.write(bytes);
  await whole;
  return texts;
}

it('frames texts of every size as ws reads them', async () => {
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000].map(
    (length) => 'é'.repeat(length >> 1) + 'x'.repeat(length & 1),
  );
  expect(await received(Buffer.concat(texts.map(TEXT_FRAMES.frame)), texts.length)).toEqual(texts);
});

it('ends a line', () => {
  expect(String(LINES.frame('{}'))).toBe('{}\n');
});
