/**
 * The `continue` token: base64url JSON `{ v, rv, start }`, opaque to clients. `rv` is the revision of the list's first
 * page: every page answers with it, so that a watch from there misses nothing.
 */
import { badRequest } from '../errors.ts';
import type { ObjectKey } from '../values/object.ts';

export interface ContinueToken {
  readonly revision: number;
  readonly after: ObjectKey;
}

const VERSION = 'meta.k8s.io/v1';
const MAX_LENGTH = 2_048;
/** `namespace/name`, namespace empty for cluster-scoped kinds; names as the strictest rules of all kinds allow them. */
const START = /^(?<namespace>[a-z0-9-]{0,63})\/(?<name>[^/%\s]{1,253})$/;

const bad = (why: string): Error => badRequest(`continue key is not valid: ${why}`);

export function encodeContinue({ revision, after }: ContinueToken): string {
  const token = { v: VERSION, rv: revision, start: `${after.namespace}/${after.name}` };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function parse(text: string): Record<string, unknown> {
  if (text.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) {
    throw bad('illegal base64 data');
  }
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    throw badRequest('continue key is not valid: the token is not JSON', { cause: error });
  }
  if (typeof token !== 'object' || token === null || Array.isArray(token)) {
    throw bad('the token is not an object');
  }
  return token as Record<string, unknown>;
}

/** Throws 400 on anything that `encodeContinue` would not have written for this list. */
export function decodeContinue(text: string, namespace: string | undefined): ContinueToken {
  const { v, rv, start } = parse(text);
  if (v !== VERSION) {
    throw bad('server does not recognize this encoded version');
  }
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv <= 0) {
    throw bad(`incorrect encoded start resourceVersion (version ${VERSION})`);
  }
  const groups = typeof start === 'string' ? START.exec(start)?.groups : undefined;
  const after = { namespace: groups?.['namespace'] ?? '', name: groups?.['name'] ?? '' };
  if (groups === undefined) {
    throw bad(`encoded start key is malformed (version ${VERSION})`);
  }
  if (namespace !== undefined && after.namespace !== namespace) {
    throw bad('the key is of another namespace');
  }
  return { revision: rv, after };
}
