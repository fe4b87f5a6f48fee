/**
 * The `continue` token, opaque to clients: base64url of an HMAC and the JSON `{ v, rv, start }` behind it. Signed with the database's key together with what is listed, so that any replica takes it, for this list alone.
 * `rv` is the revision of the first page, which every page answers with: a watch from there misses nothing. -1: the
 * history since then is gone, and the list goes on from the present state, as in Kubernetes.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { badRequest, type StatusError } from '../errors.ts';
import type { ListQuery } from '../storage/object-store.ts';
import type { ObjectKey } from '../values/object.ts';

export interface ContinueToken {
  /** undefined: whatever is current. */
  readonly revision: number | undefined;
  readonly after: ObjectKey;
  /** The pages are those of that revision, not of the present. */
  readonly exact?: boolean;
  /** How many items came after it when the first page was read, where they were counted. */
  readonly remaining?: number | undefined;
}
/** What a token is good for: the resource, the namespace and the selectors of its list. */
export type Listing = Omit<ListQuery, 'limit' | 'after'>;

interface Payload extends Pick<ContinueToken, 'exact' | 'remaining'> {
  readonly rv: number;
  readonly start: string;
}

const VERSION = 'meta.k8s.io/v1';
const INCONSISTENT = -1;
const MAX_LENGTH = 2_048;
const SIGNATURE_BYTES = 32;

const bad = (why: string): StatusError => badRequest(`invalid continue token: continue key is not valid: ${why}`);

/** Selectors that were written in another order are another list: a client sends what it sent. */
function sign(key: Uint8Array, payload: string, listing: Listing): Buffer {
  const {
    resource,
    namespace = null,
    name = null,
    labels = [],
    fields = [],
    controllerUid = null,
    ownerUid = null,
  } = listing;
  const selection = [resource, namespace, name, labels, fields, controllerUid, ownerUid];
  return createHmac('sha256', key)
    .update(JSON.stringify([payload, selection]))
    .digest();
}

export function encodeContinue(
  key: Uint8Array,
  { revision, after, exact, remaining }: ContinueToken,
  listing: Listing,
): string {
  const start = `${after.namespace}/${after.name}`;
  const payload = JSON.stringify({
    v: VERSION,
    rv: revision ?? INCONSISTENT,
    start,
    ...(exact === true ? { exact } : {}),
    ...(remaining === undefined ? {} : { remaining }),
  });
  return Buffer.concat([sign(key, payload, listing), Buffer.from(payload)]).toString('base64url');
}

/** Throws 400 on anything that `encodeContinue` would not have written for this list with this key. */
export function decodeContinue(key: Uint8Array, text: string, listing: Listing): ContinueToken {
  const bytes = Buffer.from(text.slice(0, MAX_LENGTH), 'base64url');
  if (bytes.toString('base64url') !== text) {
    throw bad('illegal base64 data');
  }
  const payload = bytes.subarray(SIGNATURE_BYTES).toString();
  const signature = bytes.subarray(0, SIGNATURE_BYTES);
  if (signature.length < SIGNATURE_BYTES || !timingSafeEqual(signature, sign(key, payload, listing))) {
    throw bad('it was not made by this server for this list');
  }
  // Signed, so it is what `encodeContinue` made.
  const { rv, start, exact, remaining } = JSON.parse(payload) as Payload;
  const slash = start.indexOf('/');
  return {
    revision: rv === INCONSISTENT ? undefined : rv,
    after: { namespace: start.slice(0, slash), name: start.slice(slash + 1) },
    ...(exact === true ? { exact } : {}),
    ...(remaining === undefined ? {} : { remaining }),
  };
}
