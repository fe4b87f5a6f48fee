import { describe, expect, it } from 'vitest';
import { clientStream, liveClientStream } from '../../../test/support/client-stream-fixture.ts';
import { settle } from '../../../test/support/manual-clock.ts';

describe('stream', () => {
  it('tells a snapshot between two marks, then the changes, and ends quietly by its signal', async () => {
    const { fleet, last, types, events, states, end, done } = await liveClientStream();
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
    const { fleet, last, replica, types, events, end, follow } = clientStream();
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

  it('marks a snapshot that replaces lost history, and says why', async () => {
    const { fleet, clock, last, replica, events, types, end, done } = await liveClientStream();
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
    const { fleet, clock, last, replica, types, end, done } = await liveClientStream();
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
    const { fleet, stream, last, end } = clientStream();
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
    const { fleet, clock, last, replica, end, done } = await liveClientStream();
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

  it('ends with the loop, and with the client', async () => {
    const { client, stream, last } = clientStream();
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
