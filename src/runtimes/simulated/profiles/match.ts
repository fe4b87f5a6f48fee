/** Which SimulationProfile says what of a container. Pure. */
import type { SimulationProfile, SimulationProfileSpec } from '../../../resources/fleet/simulation-profile/types.ts';
import { BoundedMap } from '../../../timing/bounded-map.ts';
import { selects } from '../../../values/label-selector.ts';

export interface Target {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** undefined: what is asked is about all that have the image. */
  readonly container?: string;
  readonly image: string;
}

interface Placed {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export const targetOf = (
  { namespace, labels = {} }: Placed,
  { name, image }: { readonly name: string; readonly image: string },
): Target => ({ namespace, labels, container: name, image });

/** `*` is any text, also with slashes, `?` any character. In time that grows with both lengths, whatever the pattern. */
export function fits(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      resume = t;
      p += 1;
    } else if (pattern[p] === text[t] || pattern[p] === '?') {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      resume += 1;
      p = star + 1;
      t = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') {
    p += 1;
  }
  return p === pattern.length;
}

/** No image's name is longer, and what is would take long to look through. */
const MAX_TEXT = 512;
const MAX_REMEMBERED = 1_000;
/** By a profile's list of patterns: images are few, and are asked about for every container and figure. */
const remembered = new WeakMap<readonly string[], BoundedMap<string, boolean>>();

function fitsAny(patterns: readonly string[], text: string): boolean {
  const known = remembered.get(patterns) ?? new BoundedMap<string, boolean>(MAX_REMEMBERED);
  remembered.set(patterns, known);
  const before = known.get(text);
  if (before !== undefined) {
    return before;
  }
  const result = patterns.some((pattern) => fits(pattern, text));
  known.set(text, result);
  return result;
}

const fitsOne = (patterns: readonly string[] | undefined, text: string | undefined): boolean =>
  patterns === undefined ||
  text === undefined ||
  patterns.length === 0 ||
  (text.length <= MAX_TEXT && fitsAny(patterns, text));

/** Nodes apart: the ProfileSource knows them. */
export function isFor({ spec: { selector = {} } = {} }: SimulationProfile, target: Target): boolean {
  const { namespaces = [], pods, images, containers } = selector;
  return (
    (namespaces.length === 0 || namespaces.includes(target.namespace)) &&
    (pods === undefined || selects(pods, target.labels)) &&
    fitsOne(images, target.image) &&
    fitsOne(containers, target.container)
  );
}

type Behaviour = Omit<SimulationProfileSpec, 'priority' | 'seed' | 'selector'>;

export interface Said<T> {
  readonly value: T;
  readonly seed: number | undefined;
}

/** What the first profile says that is for the target and says something about it. */
export function said<K extends keyof Behaviour>(
  profiles: readonly SimulationProfile[],
  target: Target,
  about: K,
): Said<NonNullable<Behaviour[K]>> | undefined {
  const profile = profiles.find((one) => one.spec?.[about] !== undefined && isFor(one, target));
  const value = profile?.spec?.[about];
  return value === undefined || value === null ? undefined : { value, seed: profile?.spec?.seed };
}
