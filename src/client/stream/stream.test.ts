import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventReplica, FakeFleet } from '../../../test/support/fake-fleet.ts';
import { FakeSocket } from '../../../test/support/fake-stream.ts';
import { ManualClock, settle } from '../../../test/support/manual-clock.ts';
import { ApiError } from '../api-error.ts';
import { composeClient } from '../client.ts';

function setUp({ refusal = 426 }: { refusal?: number } = {}) {
  const fleet = new FakeFleet();
  const clock = new ManualClock();
  const sockets: FakeSocket[] = [];
  const states: string[] = [];
  const end = new AbortController();
  const replica = new EventReplica();
  const events: { readonly type: string; readonly resume?: string; readonly reason?: object }[] = [];
  const asked: Request[] = [];
  const client = composeClient(
    { server: 'https://fleet:6443/', token: 'a+/b', clock, random: { next: () => 1 } },
    {
      fetch: async (request) => {
        asked.push(request);
        // 0: no answer, ever.
        return refusal === 0
          ? new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))
          : Response.json({ kind: 'Status', message: 'no', code: refusal }, { status: refusal });
      },
      connect: (url, protocols) => {
        expect(url).toBe('wss://fleet:6443/apis/fleet.flotilla.dev/v1alpha1/stream');
        expect(protocols).toEqual(['flotilla.stream.v1alpha1', 'base64url.bearer.authorization.k8s.io.YSsvYg']);
        const socket = new FakeSocket(fleet);
        sockets.push(socket);
        return socket;
      },
    },
  );
  const stream = client.stream(
    { maps: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' } },
    { signal: end.signal, onConnection: (state) => states.push(state) },
  );
  const follow = async (): Promise<void> => {
    for await (const event of stream) {
      events.push(event);
      replica.apply(event);
      if (event.type === 'SYNCED') {
        expect(replica.versions()).toEqual(fleet.versionsAt(Number(event.resume)));
      }
    }
  };
  const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
  const types = (): string[] => events.map(({ type }) => type);
  return { fleet, clock, sockets, states, end, replica, events, asked, client, stream, follow, last, types };
}

/** A connection that is live and whole. */
async function setUpLive() {
  const parts = setUp();
  parts.fleet.write('a');
  const done = parts.follow();
  await settle();
  parts.last().hello();
  await settle();
  parts.last().deliver(9);
  await settle();
  return { ...parts, done };
}

describe('stream', () => {
  it('tells a snapshot between two marks, then the changes, and ends quietly by its signal', async () => {
    const { fleet, last, types, events, states, end, done } = await setUpLive();
    expect(last().received).toEqual([
      { type: 'subscribe', id: 'maps', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', credits: 8 },
    ]);
    fleet.write('a', true);
    last().collect(false);
    last().deliver(1);
    last().bookmark();
    await settle();
    expect(types()).toEqual(['SNAPSHOT', 'ADDED', 'SYNCED', 'DELETED', 'BOOKMARK']);
    expect(events.slice(2).map(({ resume }) => resume)).toEqual(['11', '12', '12']);
    expect(states).toEqual(['connecting', 'live']);
    end.abort();
    await done;
    expect(last().isClosed).toBe(true);
  });

  it('is synced to a state that a list would show, whatever is written while the pages are read', async () => {
    const { fleet, last, replica, types, events, end, follow } = setUp();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      fleet.write(name);
    }
    const done = follow();
    await settle();
    last().hello();
    await settle();
    last().deliver(1);
    fleet.write('a');
    fleet.write('b', true);
    fleet.write('d');
    fleet.write('e', true);
    for (let step = 0; step < 8; step += 1) {
      last().deliver(1);
      await settle();
    }
    expect(types()).toEqual(['SNAPSHOT', 'ADDED', 'ADDED', 'ADDED', 'ADDED', 'MODIFIED', 'DELETED', 'SYNCED']);
    expect([events.at(-1)?.resume, replica.violations, replica.versions()]).toEqual(['19', [], fleet.versions()]);
    end.abort();
    await done;
  });

  it('waits longer after each failure, and resumes from the last token', async () => {
    const { clock, sockets, states, last, end, done } = await setUpLive();
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
    const { clock, sockets, last, end, done } = await setUpLive();
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

  it('marks a snapshot that replaces lost history, and says why', async () => {
    const { fleet, clock, last, replica, events, types, end, done } = await setUpLive();
    last().close();
    fleet.write('b');
    fleet.compacted = fleet.revision;
    await clock.advance(500);
    last().hello();
    await clock.advance(1_000);
    last().deliver(9);
    await settle();
    expect(types().slice(3)).toEqual(['SNAPSHOT', 'ADDED', 'ADDED', 'SYNCED']);
    expect(events[3]?.reason).toMatchObject({ code: 410, reason: 'Expired' });
    expect(replica.violations).toEqual([]);
    end.abort();
    await done;
  });

  it('holds a revision back until it is whole: a break in its middle tells nothing twice', async () => {
    const { fleet, clock, last, replica, types, end, done } = await setUpLive();
    for (const name of ['b', 'c', 'd', 'e']) {
      fleet.write(name);
    }
    last().collect(true);
    last().deliver(1);
    last().bookmark();
    await settle();
    expect(types().slice(3)).toEqual(['BOOKMARK']);
    last().close();
    await clock.advance(500);
    last().hello();
    await settle();
    last().collect(false);
    last().deliver(9);
    await settle();
    expect([replica.violations, replica.versions()]).toEqual([[], fleet.versions()]);
    end.abort();
    await done;
  });

  it('pays for frames only as they are consumed', async () => {
    const { fleet, stream, last, end } = setUp();
    const iterator = stream[Symbol.asyncIterator]();
    const first = iterator.next();
    await settle();
    last().hello();
    await settle();
    last().deliver(9);
    await first;
    for (let i = 0; i < 20; i += 1) {
      fleet.write(`x${i}`);
      last().collect(false);
      last().deliver(1);
    }
    await settle();
    const credits = (): number =>
      last()
        .received.filter(({ type }) => type === 'credit')
        .reduce((sum, { credits: more = 0 }) => sum + more, 0);
    expect(credits()).toBe(0);
    for (let i = 0; i < 6; i += 1) {
      await iterator.next();
    }
    expect(credits()).toBe(4);
    end.abort();
    await iterator.next();
  });

  it('goes on when its credits cross the end of their subscription', async () => {
    const { fleet, clock, last, replica, end, done } = await setUpLive();
    for (const name of ['b', 'c', 'd', 'e']) {
      fleet.write(name);
      last().collect(false);
    }
    last().deliver(9);
    last().fail(503);
    await clock.advance(1_000);
    expect(last().received.map(({ type }) => type)).toEqual(['subscribe', 'credit', 'subscribe']);
    fleet.write('f');
    last().collect(false);
    last().deliver(9);
    await settle();
    expect([replica.violations, replica.snapshots, replica.versions()]).toEqual([[], 1, fleet.versions()]);
    end.abort();
    await done;
  });

  it('throws a refusal of what it said', async () => {
    const { last, done } = await setUpLive();
    const failed = expect(done).rejects.toMatchObject({ name: 'ApiError', code: 400 });
    last().say({ type: 'error', status: { kind: 'Status', code: 400, message: 'the message is not JSON' } });
    await failed;
  });

  it.each([401, 403])('throws a %d of the upgrade, which it learns over HTTP', async (refusal) => {
    const { follow, last } = setUp({ refusal });
    const done = follow();
    const failed = expect(done).rejects.toMatchObject({ name: 'ApiError', code: refusal });
    await settle();
    last().close();
    await failed;
  });

  it('does not wait for ever to learn why it was refused', async () => {
    const { clock, sockets, states, asked, last, end, follow } = setUp({ refusal: 0 });
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
    const { last, clock, done } = await setUpLive();
    const failed = expect(done).rejects.toBeInstanceOf(ApiError);
    last().fail(429);
    await clock.advance(1_000);
    last().fail(403);
    await failed;
    expect(last().received.filter(({ type }) => type === 'subscribe')).toHaveLength(2);
    expect(last().isClosed).toBe(true);
  });

  it('drops a connection that does not speak the protocol', async () => {
    const { last, sockets, clock, end, done } = await setUpLive();
    last().say('<html>');
    await clock.advance(500);
    expect(sockets).toHaveLength(2);
    end.abort();
    await done;
  });

  it('ends with the loop, and with the client', async () => {
    const { client, stream, last } = setUp();
    const left = (async () => {
      for await (const _ of stream) {
        break;
      }
    })();
    await settle();
    last().hello();
    await settle();
    last().deliver(1);
    await left;
    expect(last().isClosed).toBe(true);
    const second = client.stream({})[Symbol.asyncIterator]().next();
    await client.close();
    expect(await second).toEqual({ done: true, value: undefined });
  });
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write'), name: fc.constantFrom('a', 'b', 'c'), remove: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver'), count: fc.nat(3), split: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bookmark') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut'), waits: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact') }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fail'), code: fc.constantFrom(410, 429, 500, 504), count: fc.nat(3) }),
  },
);
type Step = {
  do: string;
  name?: string;
  remove?: boolean;
  count?: number;
  split?: boolean;
  waits?: boolean;
  code?: number;
};

it('loses nothing and tells nothing twice, whatever breaks', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step as fc.Arbitrary<Step>, { maxLength: 40 }), async (steps) => {
      const { fleet, clock, sockets, last, replica, end, follow } = setUp();
      const done = follow();
      await settle();
      last().hello();
      /** Time for back-off and subscribing; a new socket is greeted. */
      const recover = async (): Promise<void> => {
        const before = sockets.length;
        await clock.advance(15_000);
        if (sockets.length > before) {
          last().hello();
          await settle();
        }
      };
      const acts: Record<string, (one: Step) => unknown> = {
        write: ({ name = '', remove }) => fleet.write(name, remove),
        deliver: ({ count = 0, split = false }) => {
          last().collect(split);
          last().deliver(count);
        },
        bookmark: () => last().bookmark(),
        cut: ({ waits }) => {
          last().close();
          return waits === true ? recover() : undefined;
        },
        compact: () => {
          fleet.compacted = fleet.revision;
        },
        fail: ({ code = 0, count = 0 }) => {
          // Frames that are not taken yet: their credits come behind the end.
          last().collect(true);
          last().deliver(count);
          last().fail(code);
          return recover();
        },
      };
      for (const one of steps) {
        await acts[one.do]?.(one);
        await settle();
      }
      last().close();
      await recover();
      await recover();
      last().collect(false);
      for (let round = 0; round < 20; round += 1) {
        last().deliver(1);
        await settle();
      }
      end.abort();
      await done;
      expect(replica.violations).toEqual([]);
      expect(replica.isSynced).toBe(true);
      expect(replica.versions()).toEqual(fleet.versions());
    }),
    { numRuns: 400 },
  );
});
