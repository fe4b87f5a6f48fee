/** Names for `generateName`. Source: k8s.io/apiserver/pkg/storage/names/generate.go. */
import { StatusError } from '../errors.ts';
import type { Random } from '../timing/random.ts';
import type { Kind } from './context.ts';

/** No vowels and no 0, 1, 3: nothing readable, nothing mistakable. Source: k8s.io/apimachinery/pkg/util/rand. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

/** How often a clash is answered by another draw. Source: the RetryGenerateName feature. */
export const GENERATE_NAME_ATTEMPTS = 8;

export function generateName(base: string, random: Random): string {
  let suffix = '';
  for (let i = 0; i < SUFFIX_LENGTH; i += 1) {
    suffix += ALPHABET[Math.floor(random.next() * ALPHABET.length)];
  }
  return `${base.slice(0, MAX_BASE_LENGTH)}${suffix}`;
}

export function generatedNameTaken(kind: Kind, name: string): StatusError {
  const { group, resource } = kind.resource;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return new StatusError(
    'AlreadyExists',
    `${qualified} "${name}" already exists, the server was not able to generate a unique name for the object`,
    { name, group, kind: resource, retryAfterSeconds: 1 },
  );
}
