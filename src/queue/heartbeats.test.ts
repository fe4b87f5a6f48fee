import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { BullQueue } from './bull-connection.ts';
import { refreshHeartbeats } from './heartbeats.ts';

const EVERY = 10_000;

/** What is done to a queue that has one scheduler, of kubelet/0, whose next run is so far off. */
async function refreshed(nextInMs: number, every = EVERY): Promise<string[]> {
  const clock = new ManualClock();
  const done: string[] = [];
  const queue = {
    getJobSchedulers: async () => [{ key: 'heartbeat:kubelet/0', every, next: clock.now() + nextInMs }],
    upsertJobScheduler: async (key: string) => void done.push(`make ${key}`),
    removeJobScheduler: async (key: string) => void done.push(`remove ${key}`),
  } as unknown as BullQueue;
  await refreshHeartbeats(queue, { everyMs: EVERY }, ['kubelet/0'], clock);
  return done;
}

test.each([EVERY, 0, -EVERY])('a heartbeat that comes in %d ms is left alone', async (nextInMs) => {
  expect(await refreshed(nextInMs)).toEqual([]);
});

test('one that should have come long ago, or has another period, is made anew', async () => {
  expect(await refreshed(-2 * EVERY)).toEqual(['make heartbeat:kubelet/0']);
  expect(await refreshed(EVERY, 5_000)).toEqual(['make heartbeat:kubelet/0']);
});

test('one that was planned before the clock was set back is taken away, and made for now', async () => {
  expect(await refreshed(600_000)).toEqual(['remove heartbeat:kubelet/0', 'make heartbeat:kubelet/0']);
});
