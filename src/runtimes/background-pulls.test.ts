import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { BackgroundPulls } from './background-pulls.ts';

it('pulls so many images at a time, and counts none of the wait for the others', async () => {
  const clock = new ManualClock();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const pullOnce = (image: string) =>
    new Promise<void>((done) => {
      begun.push(image);
      ends.set(image, done);
    });
  const told: string[] = [];
  const pulls = new BackgroundPulls(pullOnce, clock, (uid) => told.push(uid), 2);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  for (const image of ['a', 'b', 'c']) {
    expect(pulls.start(image, `uid-${image}`)).toEqual({ state: 'pulling' });
  }
  await settle();
  expect(begun).toEqual(['a', 'b']);
  expect(pulls.unfinished('c')).toEqual({ state: 'pulling' });
  await clock.advance(5_000);
  ends.get('a')?.();
  await settle();
  expect([begun, told]).toEqual([['a', 'b', 'c'], ['uid-a']]);
  await clock.advance(1_000);
  ends.get('c')?.();
  await settle();
  expect([pulls.tookOf('a'), pulls.tookOf('c')]).toEqual([{ pulledInMs: 5_000 }, { pulledInMs: 1_000 }]);
});
