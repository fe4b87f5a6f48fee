/** A short name of a pod template. Pure. Source: controller/controller_utils.go, ComputeHash. */
import { hashString } from '../timing/random.ts';
import { canonical } from '../values/canonical-json.ts';
import type { PodTemplate } from './kinds/pod.ts';

/** No vowels, so that no hash is a word. Source: apimachinery util/rand, SafeEncodeString. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

export const templateHash = (template: PodTemplate, collisions: number | undefined): string =>
  shortHash(canonical(template) + (collisions === undefined ? '' : `#${collisions}`));

export const shortHash = (text: string): string =>
  [...String(hashString(text))].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
