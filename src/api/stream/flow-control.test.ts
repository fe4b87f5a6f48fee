/** Credits and coalescing over a real socket: who takes little gets little, and nobody else less. */
import { describe, expect, it } from 'vitest';
import { Replica } from '../../../test/support/stream-client.ts';
import { MAPS, of, textsOf, untilToken, useStream } from '../../../test/support/stream-fixture.ts';
import { until } from '../../../test/support/until.ts';

const stream = useStream();
const touch = (name: string, turn: number) =>
  stream().api.registry.patch('configmaps', 'default', name, 'merge', { data: { turn: String(turn) } });

describe('a subscription with credits', () => {
  it('gets a frame for each, in order, while the others go on', async () => {
    await stream().put('a');
    const client = await stream().open();
    client.subscribe({ id: 'slow', ...MAPS, credits: 0 });
    client.subscribe({ id: 'fast', ...MAPS });
    await untilToken(client, 'fast');
    await stream().put('b');
    await client.next((frame) => frame.id === 'fast' && textsOf(frame).includes('ADDED b'));
    expect(client.frames.filter(of('slow'))).toEqual([]);
    client.send({ type: 'credit', id: 'slow', credits: 1 });
    expect(textsOf(await client.next(of('slow')))).toEqual(['a']);
    await stream().put('c');
    client.send({ type: 'ping' });
    await client.next(({ type }) => type === 'pong');
    expect(client.frames.filter(of('slow'))).toHaveLength(1);
    client.send({ type: 'credit', id: 'slow', credits: 5 });
    expect([...textsOf(await client.next(of('slow'))), ...textsOf(await client.next(of('slow')))]).toEqual([
      ...['ADDED b', 'ADDED c'],
    ]);
  });

  it('ends on request while it waits for some', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, credits: 0 });
    client.send({ type: 'unsubscribe', id: 'x' });
    client.send({ type: 'credit', id: 'x', credits: 1 });
    expect(await client.next()).toEqual({ type: 'unsubscribed', id: 'x' });
    expect(await client.next()).toMatchObject({ type: 'error', status: { code: 404 } });
  });

  it('is the only kind that takes any', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS });
    await untilToken(client, 'x');
    client.send({ type: 'credit', id: 'x', credits: 1 });
    const refusal = await client.next();
    expect(refusal).toMatchObject({
      type: 'error',
      status: { code: 400, message: expect.stringContaining('without credits') },
    });
    expect(refusal.id).toBeUndefined();
    await stream().put('a');
    expect(textsOf(await client.next(of('x')))).toEqual(['ADDED a']);
  });
});

describe('a subscription that coalesces', () => {
  it('gets the newest state of each object for its credit, in one frame', async () => {
    await stream().put('stays');
    await stream().put('goes');
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, coalesce: true, credits: 1 });
    const { token = '' } = await untilToken(client, 'x');
    for (let turn = 0; turn < 200; turn += 1) {
      await touch('stays', turn);
    }
    await stream().put('short-lived');
    await stream().api.registry.delete('configmaps', 'default', 'short-lived');
    await stream().api.registry.delete('configmaps', 'default', 'goes');
    client.subscribe({ id: 'other', ...MAPS });
    await untilToken(client, 'other');
    client.send({ type: 'credit', id: 'x', credits: 10 });
    const frame = await client.next(of('x'));
    expect(textsOf(frame)).toEqual(['MODIFIED stays', 'DELETED goes']);
    expect(frame.events?.[0]?.object.data).toEqual({ turn: '199' });
    const resumed = await stream().open();
    resumed.subscribe({ id: 'x', ...MAPS, coalesce: true, resume: token });
    const replica = new Replica({ coalesced: true });
    replica.token = token;
    await until(async () => {
      replica.apply(await resumed.next());
      return replica.objects.size === 1 && [...replica.objects.values()][0]?.data?.['turn'] === '199';
    });
    expect(replica.violations).toEqual([]);
  });

  it('refuses the token of one that does not', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, coalesce: true });
    const { token = '' } = await untilToken(client, 'x');
    client.subscribe({ id: 'y', ...MAPS, resume: token });
    expect(await client.next(of('y'))).toMatchObject({ type: 'error', status: { code: 400 } });
  });

  it('is told only the newest state, however far behind it is', async () => {
    await stream().put('a');
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, coalesce: true, credits: 1 });
    await untilToken(client, 'x');
    // Together more than sockets and the recent changes in memory hold.
    for (let turn = 0; turn < 40; turn += 1) {
      await stream().api.registry.patch('configmaps', 'default', 'a', 'merge', {
        data: { turn: String(turn), text: 'x'.repeat(900_000) },
      });
    }
    client.send({ type: 'credit', id: 'x', credits: 10 });
    const [event] = (await client.next(of('x'))).events ?? [];
    expect(event?.object.data?.['turn']).toBe('39');
  });
});
