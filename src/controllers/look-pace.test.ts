import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { LookPace } from './look-pace.ts';

test('what is about many objects rests between two looks, what is about a few does not, nor what is not done', async () => {
  const clock = new ManualClock();
  const pace = new LookPace(clock);
  expect(pace.remaining('large')).toBe(0);
  pace.looked('large', 10_000, false);
  pace.looked('small', 10, false);
  pace.looked('busy', 10_000, true);
  expect(['large', 'small', 'busy'].map((uid) => pace.remaining(uid))).toEqual([500, 0, 0]);
  await clock.advance(499);
  expect(pace.remaining('large')).toBe(1);
  await clock.advance(1);
  expect(pace.remaining('large')).toBe(0);
});
