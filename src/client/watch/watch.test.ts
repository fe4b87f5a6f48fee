import { describe, expect, it } from 'vitest';
import { watchFixture } from '../../../test/support/client-watch-fixture.ts';
import { settle } from '../../../test/support/manual-clock.ts';

describe('watch', () => {
  it('takes the initial events and what follows from one request', async () => {
    const { fleet, server, end, follow, types, events } = watchFixture();
    for (const name of ['a', 'b', 'c']) {
      fleet.write(name);
    }
    const done = follow();
    await settle();
    expect(types()).toEqual(['SNAPSHOT', 'ADDED', 'ADDED']);
    server.deliver(1);
    fleet.write('b', true);
    server.deliver(9);
    server.bookmark();
    await settle();
    expect(types().slice(3)).toEqual(['ADDED', 'SYNCED', 'DELETED', 'BOOKMARK']);
    expect(events.map(({ resume }) => resume)).toEqual([...Array(4).fill(undefined), '13', '14', '14']);
    expect(server.requests.map(({ pathname, search }) => pathname + decodeURIComponent(search))).toEqual([
      '/api/v1/namespaces/default/configmaps?labelSelector=app=hello&watch=true&allowWatchBookmarks=true' +
        '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    ]);
    end.abort();
    await done;
    expect(server.openWatches).toBe(0);
  });

  it('is synced to a state that a list would show, whatever is written while the pages are read', async () => {
    const { fleet, server, end, follow, replica, events } = watchFixture();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      fleet.write(name);
    }
    const done = follow();
    await settle();
    fleet.write('a');
    fleet.write('b', true);
    fleet.write('d');
    fleet.write('e', true);
    fleet.write('g');
    for (let step = 0; step < 12; step += 1) {
      server.deliver(1);
      await settle();
      expect(replica.isSynced).toBe(events.some(({ type, resume }) => type === 'SYNCED' && resume === '21'));
    }
    expect([replica.violations, replica.versions(), replica.isSynced]).toEqual([[], fleet.versions(), true]);
    expect(server.requests).toHaveLength(1);
    end.abort();
    await done;
  });

  it('begins anew when a break comes before the snapshot is whole, later each time', async () => {
    const { fleet, server, clock, end, follow, types, replica } = watchFixture();
    for (const name of ['a', 'b', 'c']) {
      fleet.write(name);
    }
    const done = follow();
    for (const wait of [500, 1_000, 2_000]) {
      await settle();
      const tries = server.requests.length;
      server.cut(0);
      await clock.advance(wait - 1);
      expect(server.requests).toHaveLength(tries);
      await clock.advance(1);
    }
    server.deliver(9);
    await settle();
    expect(types()).toEqual([...Array(4).fill(['SNAPSHOT', 'ADDED', 'ADDED']).flat(), 'ADDED', 'SYNCED']);
    expect([replica.violations, replica.versions()]).toEqual([[], fleet.versions()]);
    end.abort();
    await done;
  });

  it('goes on from `resume` without a list', async () => {
    const { fleet, server, end, follow, types } = watchFixture('11');
    for (const name of ['a', 'b', 'c']) {
      fleet.write(name);
    }
    const done = follow();
    await settle();
    server.deliver(9);
    await settle();
    expect([types(), server.requests]).toMatchObject([['ADDED', 'ADDED'], { length: 1 }]);
    end.abort();
    await done;
  });

  it('ends a watch that has been silent for too long, and opens another', async () => {
    const { server, clock, end, follow, states } = watchFixture();
    const done = follow();
    await clock.advance(89_000);
    server.bookmark();
    await clock.advance(89_000);
    expect(server.requests).toHaveLength(1);
    await clock.advance(2_000);
    expect(server.requests).toHaveLength(2);
    expect([states, server.openWatches]).toEqual([['connecting', 'live', 'lost', 'connecting', 'live'], 1]);
    end.abort();
    await done;
  });

  it('gives up a request that nobody answers, and asks again', async () => {
    const { fleet, server, clock, end, follow, states, types } = watchFixture();
    fleet.write('a');
    server.refusals.push('silence', 'silence');
    const done = follow();
    await clock.advance(89_000);
    expect([states, server.requests.length, server.unanswered]).toEqual([['connecting'], 1, 1]);
    await clock.advance(2_000);
    expect([states, server.requests.length, server.unanswered]).toEqual([['connecting', 'lost', 'connecting'], 2, 1]);
    await clock.advance(92_000);
    expect([types(), server.unanswered]).toEqual([['SNAPSHOT', 'ADDED', 'SYNCED'], 0]);
    end.abort();
    await done;
  });

  it('is aborted while it waits for an answer', async () => {
    const { server, end, follow } = watchFixture();
    server.refusals.push('silence');
    const done = follow();
    await settle();
    end.abort();
    await done;
    expect(server.unanswered).toBe(0);
  });

  it.each(['1', '999'])('begins a snapshot where the server cannot go on from %s, and says why', async (resume) => {
    const { fleet, server, clock, end, follow, events } = watchFixture(resume);
    fleet.write('a');
    fleet.compacted = 10;
    const done = follow();
    await clock.advance(499);
    expect(events).toEqual([]);
    await clock.advance(1);
    const code = resume === '1' ? 410 : 504;
    expect(events).toMatchObject([{ type: 'SNAPSHOT', reason: { code } }, { type: 'ADDED' }, { type: 'SYNCED' }]);
    expect(server.requests).toHaveLength(2);
    end.abort();
    await done;
  });

  it('goes on from where it was after a 504 of a proxy', async () => {
    const { fleet, server, clock, end, follow, replica } = watchFixture();
    fleet.write('a');
    const done = follow();
    await settle();
    server.fail(504);
    await clock.advance(500);
    expect([replica.snapshots, server.requests.at(-1)?.searchParams.get('resourceVersion')]).toEqual([1, '11']);
    end.abort();
    await done;
  });

  it('waits as long as a 429 asks, and throws a 403', async () => {
    const { server, clock, follow } = watchFixture();
    server.refusals.push(429, 403);
    const failed = expect(follow()).rejects.toMatchObject({ name: 'ApiError', code: 403, message: 'Refused' });
    await clock.advance(6_999);
    expect(server.requests).toHaveLength(1);
    await clock.advance(1);
    await failed;
    expect(server.requests).toHaveLength(2);
  });

  it('ends when its loop aborts it', async () => {
    const { fleet, server, watch, end } = watchFixture();
    fleet.write('a');
    const seen: string[] = [];
    for await (const { type } of watch) {
      seen.push(type);
      if (type === 'SYNCED') {
        end.abort();
        await settle();
      }
    }
    expect([seen, server.openWatches]).toEqual([['SNAPSHOT', 'ADDED', 'SYNCED'], 0]);
  });

  it('ends with the loop', async () => {
    const { fleet, server, watch } = watchFixture();
    fleet.write('a');
    for await (const { type } of watch) {
      if (type === 'SYNCED') {
        break;
      }
    }
    expect(server.openWatches).toBe(0);
  });
});
