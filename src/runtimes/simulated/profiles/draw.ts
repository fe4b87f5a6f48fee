/** Draws from the distributions of a SimulationProfile: one seed and one name give one result. Pure. */
import type { SimulatedDuration, WeightedExitCode } from '../../../resources/fleet/simulation-profile/types.ts';
import { hashString, type Random, seededRandom } from '../../../timing/random.ts';
import { parseGoDuration } from '../../../values/kubelet-configuration/go-duration.ts';

export const generatorOf = (seed: number, ...parts: readonly (string | number)[]): Random =>
  seededRandom(hashString(`${seed}/${parts.join('/')}`));

/** As validation bounds durations. */
const MAX_MS = 1e12;
/** Enough for any sensible bounds; what is then still out of them is put at the nearer one. */
const MAX_TRIES = 32;

export const milliseconds = (text: string | undefined): number => parseGoDuration(text ?? '') ?? 0;

/** Box and Muller's, of which one of the two is used. */
const standardNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Weights of 0 are never chosen, whatever the others are. */
export function chooseWeighted<T extends { readonly weight?: number }>(
  choices: readonly T[],
  random: Random,
): T | undefined {
  const total = choices.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let left = random.next() * total;
  return choices.find(({ weight = 1 }) => {
    left -= weight;
    return left < 0;
  });
}

function drawOnce(duration: SimulatedDuration, random: Random): number {
  const { constant, uniform, normal, exponential, logNormal, choice } = duration;
  if (uniform !== undefined) {
    const min = milliseconds(uniform.min);
    return min + (milliseconds(uniform.max) - min) * random.next();
  }
  if (normal !== undefined) {
    return milliseconds(normal.mean) + milliseconds(normal.stdDev) * standardNormal(random);
  }
  if (exponential !== undefined) {
    return -milliseconds(exponential.mean) * Math.log(1 - random.next());
  }
  if (logNormal !== undefined) {
    return milliseconds(logNormal.median) * Math.exp(logNormal.sigma * standardNormal(random));
  }
  return milliseconds(choice === undefined ? constant : chooseWeighted(choice, random)?.value);
}

/** Whole milliseconds within the bounds. */
export function drawDuration(duration: SimulatedDuration, random: Random): number {
  const min = milliseconds(duration.min);
  const max = duration.max === undefined ? MAX_MS : milliseconds(duration.max);
  let drawn = drawOnce(duration, random);
  for (let tries = 1; (drawn < min || drawn > max) && tries < MAX_TRIES; tries += 1) {
    drawn = drawOnce(duration, random);
  }
  return Math.round(Math.min(Math.max(drawn, min), max));
}

export const drawExitCode = (codes: readonly WeightedExitCode[], random: Random): number =>
  chooseWeighted(codes, random)?.code ?? 0;
