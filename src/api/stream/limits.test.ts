/** What one client, or one user, may cost: beyond it that client gets a clear answer, and nobody else notices. */
import { describe, expect, it } from 'vitest';
import { SETTINGS, TOKEN } from '../../../test/support/api-fixture.ts';
import { StreamClient } from '../../../test/support/stream-client.ts';
import { MAPS, of, textsOf, untilToken, useStream } from '../../../test/support/stream-fixture.ts';
import { until } from '../../../test/support/until.ts';
import { MAX_SUBSCRIPTIONS } from './subscriptions.ts';

const limits = { socketsPerUser: 3, subscriptionsPerUser: MAX_SUBSCRIPTIONS + 1 };
const stream = useStream({ settings: { ...SETTINGS, stream: limits } });

describe('a user', () => {
  it('has so many streams: one more is refused as 429, and when one ends there is place again', async () => {
    const clients = [await stream().open(), await stream().open(), await stream().open()];
    await expect(stream().open()).rejects.toThrow('refused: 429');
    clients[0]?.drop();
    await until(() =>
      stream()
        .open()
        .then(
          (client) => client,
          () => false as const,
        ),
    );
  });

  it('that opens more at the same moment has the rest closed as 1013', async () => {
    const opened = await Promise.allSettled(Array.from({ length: 12 }, () => stream().open()));
    const clients = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const answered: StreamClient[] = [];
    for (const client of clients) {
      await until(() => client.closeCode !== undefined || client.frames.length > 0);
      if (client.closeCode === undefined) {
        answered.push(client);
      } else {
        expect(client.closeCode).toBe(1013);
      }
    }
    expect(answered).toHaveLength(limits.socketsPerUser);
  });

  it('has so many subscriptions over all streams, and each that ends makes place', async () => {
    const [one, two] = [await stream().open(), await stream().open()];
    for (let i = 0; i < MAX_SUBSCRIPTIONS; i += 1) {
      one.subscribe({ id: `s-${i}`, ...MAPS });
    }
    await untilToken(one, `s-${MAX_SUBSCRIPTIONS - 1}`);
    two.subscribe({ id: 'fits', ...MAPS });
    await untilToken(two, 'fits');
    two.subscribe({ id: 'more', ...MAPS });
    const refusal = await two.next(of('more'));
    expect(refusal).toMatchObject({ type: 'error', status: { code: 429, details: { retryAfterSeconds: 10 } } });
    expect(refusal.status?.message).toBe('a user may have 101 subscriptions at a time in this server');
    expect(refusal.token).toBeUndefined();
    one.send({ type: 'unsubscribe', id: 's-0' });
    await one.next(({ type }) => type === 'unsubscribed');
    two.subscribe({ id: 'more', ...MAPS });
    await untilToken(two, 'more');
    one.drop();
    await until(async () => {
      two.subscribe({ id: 'third', ...MAPS });
      return (await two.next(of('third'))).type === 'snapshot';
    });
  });
});

describe('a socket', () => {
  it('has 100 subscriptions; of 5,000 the rest are refused and these go on', async () => {
    const client = await stream().open();
    for (let i = 0; i < 5_000; i += 1) {
      client.subscribe({ id: `s-${i}`, ...MAPS });
    }
    await client.next(of('s-4999'));
    const refused = client.frames.filter(({ type }) => type === 'error');
    expect(refused).toHaveLength(5_000 - MAX_SUBSCRIPTIONS);
    expect(refused.every(({ status }) => status?.code === 429)).toBe(true);
    await stream().put('a');
    expect(textsOf(await client.next((frame) => frame.id === 's-99' && frame.type === 'changes'))).toEqual(['ADDED a']);
  });

  it('of 30,000 frames of no JSON answers each, the last no more slowly than the first', {
    timeout: 20_000,
  }, async () => {
    const { socket } = await stream().open();
    const answered = new Promise<number>((resolve) => {
      let refusals = 0;
      socket.on('message', (data: Buffer) => {
        refusals += Number(data.includes('not JSON'));
        if (data.includes('pong')) {
          resolve(refusals);
        }
      });
    });
    for (let i = 0; i < 30_000; i += 1) {
      socket.send('{');
    }
    socket.send('{"type":"ping"}');
    expect(await answered).toBe(30_000);
  });

  it('is not compressed, also where the client offers it', async () => {
    const client = await stream().open();
    expect(client.socket.extensions).toBe('');
  });

  it('takes no selector of 10,000 terms, no long token, no thousand fields', async () => {
    const client = await stream().open();
    const terms = Array.from({ length: 10_000 }, (_, i) => `k${i}=v`).join(',');
    client.subscribe({ id: 'a', ...MAPS, labelSelector: terms });
    client.subscribe({ id: 'b', ...MAPS, fieldSelector: terms });
    client.subscribe({ id: 'c', ...MAPS, resume: terms });
    client.subscribe({ id: 'd', ...MAPS, fields: terms.split(',') });
    client.subscribe({ id: 'e', kinds: Array.from({ length: 17 }, (_, i) => ({ apiVersion: 'v1', kind: `K${i}` })) });
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      expect(await client.next(of(id))).toMatchObject({ type: 'error', status: { code: 400 } });
    }
  });

  it('of a client that never reads holds a few frames, whatever it subscribes to, and delays nobody', async () => {
    for (let i = 0; i < 20; i += 1) {
      await stream().put(`m-${i}`, { text: 'x'.repeat(900_000) });
    }
    const { origin, api } = stream();
    const deaf = await StreamClient.open({ origin, ca: api.ca, token: TOKEN });
    deaf.socket.pause();
    for (let i = 0; i < MAX_SUBSCRIPTIONS; i += 1) {
      deaf.subscribe({ id: `s-${i}`, ...MAPS, coalesce: i % 2 === 0 });
    }
    const buffered = () => [...api.app.websocketServer.clients].map(({ bufferedAmount }) => bufferedAmount);
    await until(() => Math.max(...buffered()) > 900_000);
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, labelSelector: 'new' });
    await untilToken(client, 'x');
    await stream().put('another', {}, { new: '' });
    expect(textsOf(await client.next(of('x')))).toEqual(['ADDED another']);
    expect(Math.max(...buffered())).toBeLessThan(4 * 1024 * 1024);
    deaf.drop();
  });
});
