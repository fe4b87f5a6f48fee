/** A usage curve of a SimulationProfile: an amount at a time, and its integral, which CPU time is. Pure. */
import type { UsageCurve } from '../../../resources/fleet/simulation-profile/types.ts';
import { amountOf } from '../../../values/amounts.ts';
import { generatorOf, milliseconds } from './draw.ts';

export interface Curve {
  /** Milli-CPU or bytes, at a time in milliseconds since the epoch. */
  at(time: number): number;
  /** The integral between two times, in amounts times seconds. */
  seconds(from: number, to: number): number;
}

const TURN = 2 * Math.PI;

const constant = (amount: number): Curve => ({
  at: () => amount,
  seconds: (from, to) => (amount * (to - from)) / 1_000,
});

/** Around 0. */
function wave(amplitude: number, periodMs: number, phase: number): Curve {
  const angle = (time: number): number => TURN * (time / periodMs + phase);
  const seconds = (amplitude * periodMs) / TURN / 1_000;
  return {
    at: (time) => amplitude * Math.sin(angle(time)),
    seconds: (from, to) => seconds * (Math.cos(angle(from)) - Math.cos(angle(to))),
  };
}

function ramp(first: number, last: number, begins: number, lengthMs: number): Curve {
  const at = (time: number): number => first + (last - first) * Math.min(1, Math.max(0, (time - begins) / lengthMs));
  /** From the beginning on, where the slope is straight and then flat. */
  const since = (time: number): number => {
    const slope = Math.min(Math.max(0, time - begins), lengthMs);
    const rest = Math.max(0, time - begins - lengthMs);
    return (((first + at(begins + slope)) / 2) * slope + last * rest) / 1_000;
  };
  return { at, seconds: (from, to) => since(to) - since(from) };
}

const sum = (curves: readonly Curve[]): Curve => ({
  at: (time) => curves.reduce((total, curve) => total + curve.at(time), 0),
  seconds: (from, to) => curves.reduce((total, curve) => total + curve.seconds(from, to), 0),
});

/** Waves without a common period look like chance, and their integral is known without adding up. */
const NOISE = [
  { share: 0.5, periodMs: 11_000 },
  { share: 0.3, periodMs: 37_000 },
  { share: 0.2, periodMs: 101_000 },
];

export interface CurveOf {
  readonly resource: 'cpu' | 'memory' | 'ephemeral-storage';
  readonly seed: number;
  readonly uid: string;
  readonly container: string;
  readonly startedAt: number;
}

export function curveOf(curve: UsageCurve, { resource, seed, uid, container, startedAt }: CurveOf): Curve {
  const amount = (text: string | undefined): number => amountOf(resource, text ?? '0');
  const { sine, noise } = curve;
  const random = generatorOf(seed, uid, container, resource, 'phase');
  const phase = random.next();
  return sum([
    ...(curve.constant === undefined ? [] : [constant(amount(curve.constant))]),
    ...(sine === undefined
      ? []
      : [constant(amount(sine.base)), wave(amount(sine.amplitude), milliseconds(sine.period), sine.phase ?? phase)]),
    ...(curve.ramp === undefined
      ? []
      : [ramp(amount(curve.ramp.from), amount(curve.ramp.to), startedAt, milliseconds(curve.ramp.duration))]),
    ...(noise === undefined
      ? []
      : NOISE.map(({ share, periodMs }) => wave(amount(noise) * share, periodMs, random.next()))),
  ]);
}
