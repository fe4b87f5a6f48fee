import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatedDuration } from '../../../resources/fleet/simulation-profile/types.ts';
import { chooseWeighted, drawDuration, drawExitCode, generatorOf, milliseconds } from './draw.ts';

const ms = fc.integer({ min: 0, max: 100_000 });
const text = ms.map((value) => `${value}ms`);
const form: fc.Arbitrary<SimulatedDuration> = fc.oneof(
  fc.record({ constant: text }),
  fc.tuple(ms, ms).map(([a, b]) => ({ uniform: { min: `${Math.min(a, b)}ms`, max: `${Math.max(a, b)}ms` } })),
  fc.record({ normal: fc.record({ mean: text, stdDev: text }) }),
  fc.record({ exponential: fc.record({ mean: text }) }),
  fc.record({ logNormal: fc.record({ median: text, sigma: fc.double({ min: 0, max: 5, noNaN: true }) }) }),
  fc.record({
    choice: fc.array(fc.record({ value: text, weight: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 5,
    }),
  }),
);
const bounded = fc
  .tuple(form, ms, ms)
  .map(([one, a, b]) => ({ ...one, min: `${Math.min(a, b)}ms`, max: `${Math.max(a, b)}ms` }));

const draws = (duration: SimulatedDuration, count: number): number[] =>
  Array.from({ length: count }, (_, i) => drawDuration(duration, generatorOf(1, `uid-${i}`, 'app', 0)));

describe('drawDuration', () => {
  it('draws the same for the same seed and name, in whole milliseconds within the bounds', () => {
    fc.assert(
      fc.property(bounded, fc.nat(), fc.uuid(), (duration, seed, uid) => {
        const drawn = drawDuration(duration, generatorOf(seed, uid));
        expect(drawDuration(duration, generatorOf(seed, uid))).toBe(drawn);
        expect(Number.isInteger(drawn)).toBe(true);
        expect(drawn).toBeGreaterThanOrEqual(milliseconds(duration.min));
        expect(drawn).toBeLessThanOrEqual(milliseconds(duration.max));
      }),
    );
  });

  it('is never negative nor endless without bounds', () => {
    fc.assert(
      fc.property(form, fc.nat(), (duration, seed) => {
        const drawn = drawDuration(duration, generatorOf(seed));
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThanOrEqual(1e12);
      }),
    );
  });

  it.each<[SimulatedDuration, number]>([
    [{ uniform: { min: '0s', max: '2s' } }, 1_000],
    [{ normal: { mean: '10s', stdDev: '1s' } }, 10_000],
    [{ exponential: { mean: '3s' } }, 3_000],
    [{ choice: [{ value: '1s', weight: 3 }, { value: '5s' }] }, 2_000],
  ])('has the mean that %j says', (duration, mean) => {
    const all = draws(duration, 20_000);
    const measured = all.reduce((sum, one) => sum + one, 0) / all.length;
    expect(Math.abs(measured - mean) / mean).toBeLessThan(0.05);
  });

  it('has the median that a log-normal distribution says, and a long tail', () => {
    const all = draws({ logNormal: { median: '1s', sigma: 0.5 } }, 20_000).sort((a, b) => a - b);
    expect(Math.abs((all[10_000] ?? 0) - 1_000)).toBeLessThan(50);
    expect(Math.abs((all[19_000] ?? 0) - 2_276)).toBeLessThan(150);
  });
});

it('chooses by weight, never what has none', () => {
  const codes = [
    { code: 0, weight: 7 },
    { code: 1, weight: 3 },
    { code: 2, weight: 0 },
  ];
  const all = Array.from({ length: 10_000 }, (_, i) => drawExitCode(codes, generatorOf(3, `uid-${i}`)));
  const share = (code: number): number => all.filter((one) => one === code).length / all.length;
  expect(Math.abs(share(0) - 0.7)).toBeLessThan(0.03);
  expect(share(2)).toBe(0);
  expect(chooseWeighted([{ weight: 0, name: 'a' }, { name: 'b' }], { next: () => 0 })?.name).toBe('b');
});
