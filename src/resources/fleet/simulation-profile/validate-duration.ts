/** What a duration of a SimulationProfile may be drawn from. */
import type { StatusCause } from '../../../errors.ts';
import { invalidField, invalidState } from '../../field-errors.ts';
import { checkDuration, checkOneOf, durationMs } from './check-one-of.ts';
import type { SimulatedDuration } from './types.ts';

const FORMS = ['constant', 'uniform', 'normal', 'exponential', 'logNormal', 'choice'] as const;

const checkOrder = (path: string, min: string | undefined, max: string | undefined): StatusCause[] =>
  max !== undefined && durationMs(max) < durationMs(min)
    ? [invalidField(`${path}.max`, max, 'must not be shorter than `min`')]
    : [];

/** Of a list of choices: one at least must be able to happen. */
export const checkWeights = (path: string, choices: readonly { weight?: number }[] = []): StatusCause[] =>
  choices.length > 0 && choices.every(({ weight = 1 }) => weight === 0)
    ? [invalidState(path, 'one weight at least must be greater than 0')]
    : [];

export function validateDuration(path: string, duration: SimulatedDuration | undefined): StatusCause[] {
  if (duration === undefined) {
    return [];
  }
  const { constant, uniform, normal, exponential, logNormal, choice, min, max } = duration;
  const texts: readonly [string, string | undefined][] = [
    ['constant', constant],
    ['uniform.min', uniform?.min],
    ['uniform.max', uniform?.max],
    ['normal.mean', normal?.mean],
    ['normal.stdDev', normal?.stdDev],
    ['exponential.mean', exponential?.mean],
    ['logNormal.median', logNormal?.median],
    ...(choice ?? []).map(({ value }, i): [string, string] => [`choice[${i}].value`, value]),
    ['min', min],
    ['max', max],
  ];
  const wrong = texts.flatMap(([name, text]) => checkDuration(`${path}.${name}`, text));
  return [
    ...checkOneOf(path, duration, FORMS),
    ...wrong,
    ...(wrong.length > 0 ? [] : checkOrder(path, min, max)),
    ...(wrong.length > 0 ? [] : checkOrder(`${path}.uniform`, uniform?.min, uniform?.max)),
    ...checkWeights(`${path}.choice`, choice),
  ];
}
