import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { seededRandom } from './random.ts';
import { repeat } from './repeat.ts';

it('looks a period after each look, a tenth more or less, until the signal', async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const looks: number[] = [];
  const done = repeat({ clock, random: seededRandom(1), signal: stop.signal }, 1_000, async () => {
    looks.push(clock.monotonic());
  });
  const started = clock.monotonic();
  for (let passed = 0; passed < 5_000; passed += 10) {
    await clock.advance(10);
  }
  const gaps = looks.map((at, i) => at - (looks[i - 1] ?? started));
  expect(gaps.length).toBeGreaterThanOrEqual(4);
  expect(gaps.every((gap) => gap >= 890 && gap <= 1_120)).toBe(true);
  stop.abort();
  await done;
  const before = looks.length;
  await clock.advance(2_000);
  expect(looks).toHaveLength(before);
});

it('rejects when a look does', async () => {
  const clock = new ManualClock();
  const around = { clock, random: seededRandom(1), signal: new AbortController().signal };
  const done = repeat(around, 1_000, () => Promise.reject(new Error('no')));
  const refused = expect(done).rejects.toThrow('no');
  await clock.advance(1_200);
  await refused;
});
