/** What a usage curve of a SimulationProfile may be: an amount is never negative at any time. */
import type { StatusCause } from '../../../errors.ts';
import { parseQuantity } from '../../../values/quantity.ts';
import { invalidField } from '../../field-errors.ts';
import { checkAmount, checkDuration, checkOneOf } from './check-one-of.ts';
import type { UsageCurve } from './types.ts';

const FORMS = ['constant', 'sine', 'ramp'] as const;
const nanos = (text = '0'): number => Number(parseQuantity(text)?.nanos ?? 0n);

function lowest({ constant, sine, ramp }: UsageCurve): number {
  if (sine !== undefined) {
    return nanos(sine.base) - nanos(sine.amplitude);
  }
  return ramp === undefined ? nanos(constant) : Math.min(nanos(ramp.from), nanos(ramp.to));
}

export function validateCurve(path: string, curve: UsageCurve | undefined): StatusCause[] {
  if (curve === undefined) {
    return [];
  }
  const { constant, sine, ramp, noise } = curve;
  const amounts: readonly [string, string | undefined][] = [
    ['constant', constant],
    ['sine.base', sine?.base],
    ['sine.amplitude', sine?.amplitude],
    ['ramp.from', ramp?.from],
    ['ramp.to', ramp?.to],
    ['noise', noise],
  ];
  const wrong = amounts.flatMap(([name, text]) => (text === undefined ? [] : checkAmount(`${path}.${name}`, text)));
  const isDeep = wrong.length === 0 && sine !== undefined && lowest(curve) < 0;
  const isLoud = wrong.length === 0 && !isDeep && nanos(noise) > lowest(curve);
  return [
    ...checkOneOf(path, curve, FORMS),
    ...wrong,
    ...checkDuration(`${path}.sine.period`, sine?.period, 1_000),
    ...checkDuration(`${path}.ramp.duration`, ramp?.duration, 1),
    ...(isDeep ? [invalidField(`${path}.sine.amplitude`, sine.amplitude, 'must not be more than `base`')] : []),
    ...(isLoud ? [invalidField(`${path}.noise`, noise, "must not be more than the curve's lowest amount")] : []),
  ];
}
