import { describe, expect, it } from 'vitest';
import { clientStream, liveClientStream } from '../../../test/support/client-stream-fixture.ts';
import { settle } from '../../../test/support/manual-clock.ts';
import { ApiError } from '../api-error.ts';

describe('stream', () => {
  it('waits longer after each failure, and resumes from the last token', async () => {
    const { clock, sockets, states, last, end, done } = await liveClientStream();
    for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      const tries = sockets.length;
      last().close();
      await clock.advance(wait - 1);
      expect(sockets).toHaveLength(tries);
      await clock.advance(1);
      expect(sockets).toHaveLength(tries + 1);
    }
    last().hello();
    await settle();
    expect(last().received[0]).toMatchObject({ type: 'subscribe', resume: '11' });
    expect(states.slice(-3)).toEqual(['lost', 'connecting', 'live']);
    end.abort();
    await done;
  });

  it('takes a silent connection for a broken one, and heartbeats for a sign of life', async () => {
    const { clock, sockets, last, end, done } = await liveClientStream();
    for (let beat = 0; beat < 12; beat += 1) {
      await clock.advance(10_000);
      last().say({ type: 'heartbeat', time: '2026-01-01T00:00:00Z' });
    }
    expect(sockets).toHaveLength(1);
    await clock.advance(36_000);
    expect(sockets[0]?.isClosed).toBe(true);
    expect(sockets).toHaveLength(2);
    end.abort();
    await done;
  });

  it.each([401, 403])('throws a %d of the upgrade, which it learns over HTTP', async (refusal) => {
    const { follow, last } = clientStream({ refusal });
    const done = follow();
    const failed = expect(done).rejects.toMatchObject({ name: 'ApiError', code: refusal });
    await settle();
    last().close();
    await failed;
  });

  it('does not wait for ever to learn why it was refused', async () => {
    const { clock, sockets, states, asked, last, end, follow } = clientStream({ refusal: 0 });
    const done = follow();
    await settle();
    last().close();
    await clock.advance(14_999);
    expect([states, asked.map(({ signal }) => signal.aborted)]).toEqual([['connecting'], [false]]);
    await clock.advance(501);
    expect([states, sockets.length]).toEqual([['connecting', 'lost', 'connecting'], 2]);
    last().close();
    await settle();
    end.abort();
    await done;
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  it('throws what trying again does not mend, and not what passes', async () => {
    const { last, clock, done } = await liveClientStream();
    const failed = expect(done).rejects.toBeInstanceOf(ApiError);
    last().fail(429);
    await clock.advance(1_000);
    last().fail(403);
    await failed;
    expect(last().received.filter(({ type }) => type === 'subscribe')).toHaveLength(2);
    expect(last().isClosed).toBe(true);
  });

  it('throws a refusal of what it said', async () => {
    const { last, done } = await liveClientStream();
    const failed = expect(done).rejects.toMatchObject({ name: 'ApiError', code: 400 });
    last().say({ type: 'error', status: { kind: 'Status', code: 400, message: 'the message is not JSON' } });
    await failed;
  });

  it('drops a connection that does not speak the protocol', async () => {
    const { last, sockets, clock, end, done } = await liveClientStream();
    last().say('<html>');
    await clock.advance(500);
    expect(sockets).toHaveLength(2);
    end.abort();
    await done;
  });
});
