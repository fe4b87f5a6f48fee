import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UsageCurve } from '../../../resources/fleet/simulation-profile/types.ts';
import { curveOf } from './curve.ts';

const STARTED = 1_700_000_000_000;
const of = (curve: UsageCurve, more: object = {}) =>
  curveOf(curve, { resource: 'cpu', seed: 1, uid: 'u', container: 'a', startedAt: STARTED, ...more });

const milli = fc.integer({ min: 0, max: 10_000 });
const period = fc.integer({ min: 1, max: 3_600 }).map((seconds) => `${seconds}s`);
const quiet: fc.Arbitrary<UsageCurve> = fc.oneof(
  milli.map((amount) => ({ constant: `${amount}m` })),
  fc.tuple(milli, milli, period).map(([a, b, time]) => ({
    sine: { base: `${Math.max(a, b)}m`, amplitude: `${Math.min(a, b)}m`, period: time },
  })),
  fc.tuple(milli, milli, period).map(([a, b, duration]) => ({ ramp: { from: `${a}m`, to: `${b}m`, duration } })),
);
/** As loud as validation lets it be. */
const loudest = ({ constant, sine, ramp }: UsageCurve): number => {
  const amount = (text = '0m'): number => Number.parseInt(text, 10);
  return sine === undefined
    ? Math.min(amount(ramp?.from ?? constant), amount(ramp?.to ?? constant))
    : amount(sine.base) - amount(sine.amplitude);
};
const curve = quiet.map((one) => ({ ...one, noise: `${loudest(one)}m` }));
const time = fc.integer({ min: 0, max: 10_000_000 }).map((after) => STARTED + after);

it('is the same for whoever asks, and never negative', () => {
  fc.assert(
    fc.property(curve, time, (one, at) => {
      expect(of(one).at(at)).toBe(of(one).at(at));
      expect(of(one).at(at)).toBeGreaterThanOrEqual(-1e-6);
    }),
  );
});

it('has the integral that adding up gives', () => {
  fc.assert(
    fc.property(curve, time, fc.integer({ min: 1, max: 60_000 }), (one, from, length) => {
      const steps = 2_000;
      const step = length / steps;
      let total = 0;
      for (let i = 0; i < steps; i += 1) {
        total += (of(one).at(from + (i + 0.5) * step) * step) / 1_000;
      }
      const exact = of(one).seconds(from, from + length);
      expect(Math.abs(exact - total)).toBeLessThanOrEqual(0.01 + total * 0.01);
    }),
    { numRuns: 20 },
  );
});

it('follows its form', () => {
  const ramp = of({ ramp: { from: '0', to: '1', duration: '10s' } });
  expect([0, 5_000, 10_000, 99_000].map((after) => ramp.at(STARTED + after))).toEqual([0, 500, 1_000, 1_000]);
  const sine = of({ sine: { base: '2', amplitude: '1', period: '60s', phase: 0.25 } });
  expect([0, 15_000, 30_000].map((at) => Math.round(sine.at(at)))).toEqual([3_000, 2_000, 1_000]);
  expect(of({ constant: '64Mi' }, { resource: 'memory' }).at(STARTED)).toBe(64 * 1024 * 1024);
});

it('differs between pods in its phase and its noise, not in its amount', () => {
  const sine = { sine: { base: '2', amplitude: '1', period: '60s' } };
  expect(of(sine, { uid: 'u' }).at(STARTED)).not.toBe(of(sine, { uid: 'v' }).at(STARTED));
  const noisy = { constant: '1', noise: '100m' };
  expect(of(noisy, { uid: 'u' }).at(STARTED)).not.toBe(of(noisy, { uid: 'v' }).at(STARTED));
  expect(of({ constant: '1' }, { uid: 'u' }).at(STARTED)).toBe(of({ constant: '1' }, { uid: 'v' }).at(STARTED));
});
