/** Who waits for a place among the lists: connections are held by statements that are never answered. */
import type { Pool } from 'pg';
import { expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { ListStreams } from './list-streams.ts';

const PLACES = 5;
const MOST_WAITING = 16;

async function fullHouse() {
  const clock = new ManualClock();
  let connected = 0;
  const ignore = () => undefined;
  const client = { query: () => new Promise(ignore), on: ignore, off: ignore, release: ignore };
  const connect = async () => {
    connected += 1;
    return client;
  };
  const streams = new ListStreams({ connect } as unknown as Pool, clock);
  const open = (caller: string) => {
    const reader = new AbortController();
    const outcome = streams.open({ resource: 'pods', caller }, reader.signal).then(
      () => 'read',
      (error) => error.code as number,
    );
    return { outcome, leave: () => reader.abort() };
  };
  const inside = Array.from({ length: PLACES }, (_, at) => open(`in-${at}`));
  const waiting = Array.from({ length: MOST_WAITING }, (_, at) => open(`out-${at}`));
  await clock.advance(0);
  expect(connected).toBe(PLACES);
  return { clock, open, inside, waiting, connected: () => connected };
}

it('counts among the waiting, and gives a place to, nobody who left', async () => {
  const { clock, open, inside, waiting, connected } = await fullHouse();
  expect(await open('one too many').outcome).toBe(429);
  waiting[0]!.leave();
  expect(await waiting[0]!.outcome).toBe(503);
  const next = open('next');
  for (const { leave } of waiting.slice(1)) {
    leave();
  }
  inside[0]!.leave();
  await clock.advance(0);
  expect(connected()).toBe(PLACES + 1);
  inside[1]!.leave();
  await clock.advance(0);
  // Nobody else waits: the place of the second stays free, and `next` has that of the first.
  expect(connected()).toBe(PLACES + 1);
  next.leave();
  open('after');
  await clock.advance(0);
  expect(connected()).toBe(PLACES + 2);
});

it('refuses whoever waited for 5 seconds like one too many', async () => {
  const { clock, waiting, connected } = await fullHouse();
  await clock.advance(5_000);
  expect(new Set(await Promise.all(waiting.map(({ outcome }) => outcome)))).toEqual(new Set([429]));
  expect(connected()).toBe(PLACES);
});
